"""Rule sets, duties, responsibility and the eligibility of receivers. Pure."""

"""Contract 6 from its definitions: who a party was, what it owed, who answers, who may receive."""

-- Store a finding.
-- params:  phase, anchor, n, kind, body
INSERT INTO finding VALUES (:phase, :anchor, :n, :kind, :body)

/** The tables of what the detection decided; each step takes the schema one version up. */
export const DECISION_MIGRATIONS = [
  `
  CREATE TABLE decision (
    id TEXT NOT NULL PRIMARY KEY,
    camera_id TEXT NOT NULL,
    camera_slug TEXT NOT NULL,          -- as it was then
    at INTEGER NOT NULL,                -- epoch ms, in front of the camera
    kind TEXT NOT NULL,                 -- motion, person or package
    event_id TEXT NOT NULL,
    answer TEXT CHECK (answer IN ('right', 'wrong')),
    answered INTEGER,                   -- grows from answer to answer; not NULL exactly where there is one
    corrected_by TEXT,                  -- id of a later decision
    body TEXT NOT NULL                  -- JSON: the decision as it was made
  ) STRICT;
  CREATE INDEX decision_camera ON decision (camera_id, kind, at);
  CREATE INDEX decision_at ON decision (at);
  CREATE INDEX decision_event ON decision (event_id);
  CREATE INDEX decision_answered ON decision (answered) WHERE answered IS NOT NULL;
  CREATE TABLE picture (
    decision_id TEXT NOT NULL REFERENCES decision (id) ON DELETE CASCADE,
    which TEXT NOT NULL CHECK (which IN ('before', 'after')),
    png BLOB NOT NULL,
    PRIMARY KEY (decision_id, which)
  ) STRICT;
  CREATE TABLE reset (
    camera_id TEXT NOT NULL PRIMARY KEY,
    answered INTEGER NOT NULL           -- answers up to this one count no more
  ) STRICT;
  `,
];

/** Read through for damage at opening; the pictures are too many for that. */
export const CHECKED_TABLES = ['decision', 'reset'];

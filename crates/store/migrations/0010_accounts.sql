-- Who may sign in. Each account is a listener of its own.
CREATE TABLE accounts (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    -- The name as it is compared: two accounts never look alike.
    folded     TEXT NOT NULL UNIQUE,
    listener   TEXT NOT NULL UNIQUE,
    owner      INTEGER NOT NULL CHECK (owner IN (0, 1)),
    -- A PHC string (argon2id).
    password   TEXT NOT NULL,
    settings   TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(settings)),
    created_ms INTEGER NOT NULL
) STRICT;

-- A library has one owner, also where two ask at once to be it.
CREATE UNIQUE INDEX one_owner ON accounts (owner) WHERE owner = 1;

-- Devices that are signed in. The token itself is with the device alone.
CREATE TABLE sessions (
    id         INTEGER PRIMARY KEY,
    -- SHA-256 of the token.
    token      BLOB NOT NULL UNIQUE,
    account    INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    device     TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    seen_ms    INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX sessions_of_account ON sessions (account);

-- Codes that let one person each make an account.
CREATE TABLE invitations (
    id         INTEGER PRIMARY KEY,
    -- SHA-256 of the code.
    code       BLOB NOT NULL UNIQUE,
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL
) STRICT;

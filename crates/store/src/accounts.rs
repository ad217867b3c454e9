use crate::{Store, StoreError};

/// Someone who may sign in, as they are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRow {
    /// Its number.
    pub id: i64,
    /// As it is shown.
    pub name: String,
    /// Whose events and lists are theirs.
    pub listener: String,
    /// Whether the library is theirs.
    pub owner: bool,
    /// A PHC string.
    pub password: String,
    /// JSON.
    pub settings: String,
    /// Unix time in milliseconds.
    pub created_ms: i64,
}

/// An account on its way into the store.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// As it is shown.
    pub name: String,
    /// As it is compared.
    pub folded: String,
    /// Whose events and lists are theirs.
    pub listener: String,
    /// Whether the library is theirs.
    pub owner: bool,
    /// A PHC string.
    pub password: String,
    /// Unix time in milliseconds.
    pub created_ms: i64,
}

/// A device that is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// Its number.
    pub id: i64,
    /// Whose it is.
    pub account: i64,
    /// What it calls itself.
    pub device: String,
    /// Unix time in milliseconds.
    pub created_ms: i64,
    /// When it was last used.
    pub seen_ms: i64,
    /// Until when it holds.
    pub expires_ms: i64,
}

type Account = (i64, String, String, bool, String, String, i64);
type Session = (i64, i64, String, i64, i64, i64);

impl From<Account> for AccountRow {
    fn from((id, name, listener, owner, password, settings, created_ms): Account) -> Self {
        Self { id, name, listener, owner, password, settings, created_ms }
    }
}

impl From<Session> for SessionRow {
    fn from((id, account, device, created_ms, seen_ms, expires_ms): Session) -> Self {
        Self { id, account, device, created_ms, seen_ms, expires_ms }
    }
}

macro_rules! accounts {
    ($which:literal) => {
        concat!(
            "SELECT id, name, listener, owner, password, settings, created_ms FROM accounts ",
            $which
        )
    };
}

macro_rules! sessions {
    ($which:literal) => {
        concat!(
            "SELECT id, account, device, created_ms, seen_ms, expires_ms FROM sessions ",
            $which
        )
    };
}

impl Store {
    /// Every account, the first first.
    pub async fn accounts(&self) -> Result<Vec<AccountRow>, StoreError> {
        let rows: Vec<Account> =
            sqlx::query_as(accounts!("ORDER BY id")).fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(AccountRow::from).collect())
    }

    /// Whether anybody may sign in.
    pub async fn has_accounts(&self) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM accounts)";
        Ok(sqlx::query_scalar(sql).fetch_one(&self.pool).await?)
    }

    /// The account of this folded name.
    pub async fn account_named(&self, folded: &str) -> Result<Option<AccountRow>, StoreError> {
        let query = sqlx::query_as(accounts!("WHERE folded = ?")).bind(folded);
        let row: Option<Account> = query.fetch_optional(&self.pool).await?;
        Ok(row.map(AccountRow::from))
    }

    /// Takes an account in; `None` where the name is taken, or there is an owner already. An
    /// invitation is used up with it.
    pub async fn add_account(
        &self,
        account: &NewAccount,
        invitation: Option<&[u8]>,
    ) -> Result<Option<i64>, StoreError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let sql = "INSERT INTO accounts (name, folded, listener, owner, password, created_ms) \
                   VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id";
        let query = sqlx::query_scalar(sql)
            .bind(&account.name)
            .bind(&account.folded)
            .bind(&account.listener)
            .bind(account.owner)
            .bind(&account.password)
            .bind(account.created_ms);
        let id: Option<i64> = query.fetch_optional(&mut *transaction).await?;
        if let (Some(_), Some(code)) = (id, invitation) {
            let sql = "DELETE FROM invitations WHERE code = ? AND expires_ms > ?";
            let query = sqlx::query(sql).bind(code).bind(account.created_ms);
            if query.execute(&mut *transaction).await?.rows_affected() == 0 {
                return Ok(None);
            }
        }
        transaction.commit().await?;
        Ok(id)
    }

    /// Replaces an account's password (a PHC string).
    pub async fn set_password(&self, account: i64, password: &str) -> Result<(), StoreError> {
        let sql = "UPDATE accounts SET password = ? WHERE id = ?";
        sqlx::query(sql).bind(password).bind(account).execute(&self.pool).await?;
        Ok(())
    }

    /// Replaces an account's settings (JSON).
    pub async fn set_account_settings(
        &self,
        account: i64,
        settings: &str,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE accounts SET settings = ? WHERE id = ?";
        sqlx::query(sql).bind(settings).bind(account).execute(&self.pool).await?;
        Ok(())
    }

    /// Removes a member and signs all of their devices out; false where there is none of that number.
    pub async fn remove_member(&self, account: i64) -> Result<bool, StoreError> {
        let sql = "DELETE FROM accounts WHERE id = ? AND owner = 0";
        let done = sqlx::query(sql).bind(account).execute(&self.pool).await?;
        Ok(done.rows_affected() > 0)
    }

    /// Signs a device in; `token` is the hash of what the device holds.
    pub async fn add_session(
        &self,
        token: &[u8],
        account: i64,
        device: &str,
        now_ms: i64,
        expires_ms: i64,
    ) -> Result<(), StoreError> {
        let sql = "DELETE FROM sessions WHERE expires_ms <= ?";
        sqlx::query(sql).bind(now_ms).execute(&self.pool).await?;
        let sql = "INSERT INTO sessions (token, account, device, created_ms, seen_ms, expires_ms) \
                   VALUES (?, ?, ?, ?, ?, ?)";
        let query = sqlx::query(sql).bind(token).bind(account).bind(device).bind(now_ms);
        query.bind(now_ms).bind(expires_ms).execute(&self.pool).await?;
        Ok(())
    }

    /// The session of a token's hash and whose it is, while it holds.
    pub async fn session(
        &self,
        token: &[u8],
        now_ms: i64,
    ) -> Result<Option<(SessionRow, AccountRow)>, StoreError> {
        let query = sqlx::query_as(sessions!("WHERE token = ? AND expires_ms > ?"));
        let query = query.bind(token).bind(now_ms);
        let session: Option<Session> = query.fetch_optional(&self.pool).await?;
        let Some(session) = session.map(SessionRow::from) else { return Ok(None) };
        let query = sqlx::query_as(accounts!("WHERE id = ?")).bind(session.account);
        let account: Option<Account> = query.fetch_optional(&self.pool).await?;
        Ok(account.map(|account| (session, account.into())))
    }

    /// Remembers that a session was used, and lets it hold on.
    pub async fn touch_session(
        &self,
        session: i64,
        now_ms: i64,
        expires_ms: i64,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE sessions SET seen_ms = ?, expires_ms = ? WHERE id = ?";
        let query = sqlx::query(sql).bind(now_ms).bind(expires_ms).bind(session);
        query.execute(&self.pool).await?;
        Ok(())
    }

    /// An account's devices, the one used last first.
    pub async fn sessions_of(
        &self,
        account: i64,
        now_ms: i64,
    ) -> Result<Vec<SessionRow>, StoreError> {
        let query = sqlx::query_as(sessions!(
            "WHERE account = ? AND expires_ms > ? ORDER BY seen_ms DESC, id DESC"
        ));
        let rows: Vec<Session> = query.bind(account).bind(now_ms).fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(SessionRow::from).collect())
    }

    /// Signs one device of an account out; false where there is none of that number.
    pub async fn end_session(&self, account: i64, session: i64) -> Result<bool, StoreError> {
        let sql = "DELETE FROM sessions WHERE account = ? AND id = ?";
        let done = sqlx::query(sql).bind(account).bind(session).execute(&self.pool).await?;
        Ok(done.rows_affected() > 0)
    }

    /// Signs all devices of an account out but, perhaps, one.
    pub async fn end_sessions(&self, account: i64, but: Option<i64>) -> Result<u64, StoreError> {
        let sql = "DELETE FROM sessions WHERE account = ? AND id IS NOT ?";
        let done = sqlx::query(sql).bind(account).bind(but).execute(&self.pool).await?;
        Ok(done.rows_affected())
    }

    /// Takes an invitation in; `code` is the hash of what the guest is given.
    pub async fn add_invitation(
        &self,
        code: &[u8],
        now_ms: i64,
        expires_ms: i64,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO invitations (code, created_ms, expires_ms) VALUES (?, ?, ?)";
        let query = sqlx::query(sql).bind(code).bind(now_ms).bind(expires_ms);
        query.execute(&self.pool).await?;
        Ok(())
    }

    /// Open invitations: number, when made, until when.
    pub async fn invitations(&self, now_ms: i64) -> Result<Vec<(i64, i64, i64)>, StoreError> {
        let sql = "SELECT id, created_ms, expires_ms FROM invitations \
                   WHERE expires_ms > ? ORDER BY id DESC";
        Ok(sqlx::query_as(sql).bind(now_ms).fetch_all(&self.pool).await?)
    }

    /// Takes an invitation back; false where there is none of that number.
    pub async fn withdraw_invitation(&self, invitation: i64) -> Result<bool, StoreError> {
        let sql = "DELETE FROM invitations WHERE id = ?";
        let done = sqlx::query(sql).bind(invitation).execute(&self.pool).await?;
        Ok(done.rows_affected() > 0)
    }
}

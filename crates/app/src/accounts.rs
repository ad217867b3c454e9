//! Who may use a library over the network.
//!
//! A password is kept as argon2id with the crate's parameters (OWASP's second choice: 19 MiB, two
//! passes). A device holds 32 random bytes; the store holds their SHA-256, so that a stolen library
//! file signs nobody in.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use attune_recommend::fold;
use attune_store::{AccountRow, NewAccount, SessionRow, StoreError};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::ask::LISTENER;
use crate::library::Library;

/// A device stays signed in for so long after it was last used.
pub const SESSION_MS: i64 = 60 * DAY_MS;
/// An invitation holds for so long.
pub const INVITATION_MS: i64 = 7 * DAY_MS;
const DAY_MS: i64 = 86_400_000;
/// How often the use of a session is written down.
const TOUCH_MS: i64 = 10 * 60_000;
/// Characters of a password.
const LEAST_PASSWORD: usize = 8;
const LONGEST_PASSWORD: usize = 256;
/// Characters of a name.
const LONGEST_NAME: usize = 40;
/// Bytes of a token.
const TOKEN: usize = 32;
/// Characters of what a device calls itself that are kept.
const LONGEST_DEVICE: usize = 80;

/// Someone who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its number.
    pub id: i64,
    /// As it is shown.
    pub name: String,
    /// Whose events and lists are theirs.
    pub listener: String,
    /// Whether the library is theirs.
    pub owner: bool,
    /// What they chose, as JSON.
    pub settings: String,
    /// The session they came by.
    pub session: i64,
}

/// A member or the owner, for the owner's eyes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Member {
    /// Its number.
    pub id: i64,
    /// As it is shown.
    pub name: String,
    /// Whether the library is theirs.
    pub owner: bool,
    /// Unix time in milliseconds.
    pub created_ms: i64,
}

/// A device that is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Device {
    /// Its number.
    pub id: i64,
    /// What it calls itself.
    pub device: String,
    /// Unix time in milliseconds.
    pub created_ms: i64,
    /// When it was last used.
    pub seen_ms: i64,
    /// Whether it is the one that asks.
    pub this: bool,
}

/// An invitation that nobody has used yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Invitation {
    /// Its number.
    pub id: i64,
    /// Unix time in milliseconds.
    pub created_ms: i64,
    /// Until when it holds.
    pub expires_ms: i64,
}

/// Who wants an account.
#[derive(Clone, Debug)]
pub struct Newcomer {
    /// As it is to be shown.
    pub name: String,
    /// At least eight characters.
    pub password: String,
}

/// Why somebody is not let in.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AccountError {
    /// The library has an owner already.
    #[error("this library has an owner already")]
    Owned,
    /// Another account has the name.
    #[error("the name '{0}' is taken")]
    NameTaken(String),
    /// The name is empty or too long.
    #[error("a name has 1 to {LONGEST_NAME} characters")]
    BadName,
    /// The password is too short or far too long.
    #[error("a password has {LEAST_PASSWORD} to {LONGEST_PASSWORD} characters")]
    BadPassword,
    /// Name and password don't belong together; which of the two is wrong is not said.
    #[error("name and password do not belong together")]
    Wrong,
    /// The invitation was used, withdrawn, or is too old.
    #[error("this invitation does not hold any more")]
    NoInvitation,
    /// The system gives no random numbers, or the hash cannot be computed.
    #[error("the password cannot be kept safely: {0}")]
    Crypto(String),
    /// The library.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AccountError {
    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Owned => "sign in, or ask the owner for an invitation",
            Self::NameTaken(_) => "choose another name",
            Self::BadName => "a first name is enough",
            Self::BadPassword => "three or four unrelated words are easy to remember",
            Self::Wrong => "check both, and that caps lock is off",
            Self::NoInvitation => "ask the owner for a new one",
            Self::Crypto(_) => "try again",
            Self::Store(error) => error.hint(),
        }
    }
}

impl Library {
    /// Whether the library has an owner yet.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn is_owned(&self) -> Result<bool, AccountError> {
        Ok(self.store().has_accounts().await?)
    }

    /// Makes the first account: its owner goes on with the history of the command line.
    ///
    /// # Errors
    /// Where there is an owner, and where name or password won't do.
    pub async fn own(&self, newcomer: &Newcomer, now_ms: i64) -> Result<i64, AccountError> {
        if self.is_owned().await? {
            return Err(AccountError::Owned);
        }
        let account = new_account(newcomer, LISTENER.to_owned(), true, now_ms).await?;
        self.store().add_account(&account, None).await?.ok_or(AccountError::Owned)
    }

    /// Makes a member's account by an invitation's code.
    ///
    /// # Errors
    /// Where the invitation does not hold, and where name or password won't do.
    pub async fn join(
        &self,
        code: &str,
        newcomer: &Newcomer,
        now_ms: i64,
    ) -> Result<i64, AccountError> {
        let listener = format!("member-{}", &hex(&random()?)[..16]);
        let account = new_account(newcomer, listener, false, now_ms).await?;
        if self.store().account_named(&account.folded).await?.is_some() {
            return Err(AccountError::NameTaken(account.name));
        }
        let added = self.store().add_account(&account, Some(&hash(code))).await?;
        added.ok_or(AccountError::NoInvitation)
    }

    /// The number of the account that name and password belong to.
    ///
    /// # Errors
    /// Where they belong to none.
    pub async fn verify(&self, name: &str, password: &str) -> Result<i64, AccountError> {
        let found = self.store().account_named(&fold(name)).await?;
        let phc = found.as_ref().map(|account| account.password.clone());
        let fits = matches(password.to_owned(), phc).await?;
        found.filter(|_| fits).map(|account| account.id).ok_or(AccountError::Wrong)
    }

    /// Signs a device in; the answer is the token that it keeps.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub async fn sign_in(
        &self,
        account: i64,
        device: &str,
        now_ms: i64,
    ) -> Result<String, AccountError> {
        let token = hex(&random()?);
        let device: String = device.chars().take(LONGEST_DEVICE).collect();
        let expires = now_ms + SESSION_MS;
        self.store().add_session(&hash(&token), account, &device, now_ms, expires).await?;
        Ok(token)
    }

    /// Whose token it is, while it holds.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn signed_in(
        &self,
        token: &str,
        now_ms: i64,
    ) -> Result<Option<Account>, AccountError> {
        let found = self.store().session(&hash(token), now_ms).await?;
        let Some((SessionRow { id, seen_ms, .. }, account)) = found else { return Ok(None) };
        if now_ms - seen_ms > TOUCH_MS {
            self.store().touch_session(id, now_ms, now_ms + SESSION_MS).await?;
        }
        let AccountRow { id: number, name, listener, owner, settings, .. } = account;
        Ok(Some(Account { id: number, name, listener, owner, settings, session: id }))
    }

    /// Replaces a password and signs every other device out.
    ///
    /// # Errors
    /// Where the old one is wrong or the new one won't do.
    pub async fn change_password(
        &self,
        account: &Account,
        old: &str,
        new: &str,
    ) -> Result<(), AccountError> {
        self.verify(&account.name, old).await?;
        let phc = keep(new).await?;
        self.store().set_password(account.id, &phc).await?;
        self.store().end_sessions(account.id, Some(account.session)).await?;
        Ok(())
    }

    /// The devices of an account, the one used last first.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn devices(
        &self,
        account: &Account,
        now_ms: i64,
    ) -> Result<Vec<Device>, AccountError> {
        let rows = self.store().sessions_of(account.id, now_ms).await?;
        let device = |row: SessionRow| Device {
            id: row.id,
            device: row.device,
            created_ms: row.created_ms,
            seen_ms: row.seen_ms,
            this: row.id == account.session,
        };
        Ok(rows.into_iter().map(device).collect())
    }

    /// Makes an invitation; the answer is the code to hand on.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub async fn invite(&self, now_ms: i64) -> Result<String, AccountError> {
        let code = hex(&random()?);
        self.store().add_invitation(&hash(&code), now_ms, now_ms + INVITATION_MS).await?;
        Ok(code)
    }

    /// Invitations that nobody has used yet.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn invitations(&self, now_ms: i64) -> Result<Vec<Invitation>, AccountError> {
        let rows = self.store().invitations(now_ms).await?;
        let open = |(id, created_ms, expires_ms)| Invitation { id, created_ms, expires_ms };
        Ok(rows.into_iter().map(open).collect())
    }

    /// Everyone who has an account.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn members(&self) -> Result<Vec<Member>, AccountError> {
        let member =
            |AccountRow { id, name, owner, created_ms, .. }| Member { id, name, owner, created_ms };
        Ok(self.store().accounts().await?.into_iter().map(member).collect())
    }
}

async fn new_account(
    Newcomer { name, password }: &Newcomer,
    listener: String,
    owner: bool,
    created_ms: i64,
) -> Result<NewAccount, AccountError> {
    let name = name.trim().to_owned();
    let folded = fold(&name);
    let sound = (1..=LONGEST_NAME).contains(&name.chars().count());
    if !sound || name.chars().any(char::is_control) || folded.is_empty() {
        return Err(AccountError::BadName);
    }
    let password = keep(password).await?;
    Ok(NewAccount { name, folded, listener, owner, password, created_ms })
}

/// The PHC string of a password; away from the thread that answers requests.
async fn keep(password: &str) -> Result<String, AccountError> {
    let length = password.chars().count();
    if !(LEAST_PASSWORD..=LONGEST_PASSWORD).contains(&length) {
        return Err(AccountError::BadPassword);
    }
    let password = password.to_owned();
    let hashed = tokio::task::spawn_blocking(move || {
        Argon2::default().hash_password(password.as_bytes()).map(|phc| phc.to_string())
    });
    hashed.await.map_err(crypto)?.map_err(crypto)
}

/// Whether a password is the one of a PHC string. It takes as long where there is no such account.
async fn matches(password: String, phc: Option<String>) -> Result<bool, AccountError> {
    if password.chars().count() > LONGEST_PASSWORD {
        return Ok(false);
    }
    let verified = tokio::task::spawn_blocking(move || {
        let Some(phc) = phc else {
            Argon2::default().hash_password(password.as_bytes()).ok();
            return false;
        };
        PasswordHash::new(&phc)
            .is_ok_and(|kept| Argon2::default().verify_password(password.as_bytes(), &kept).is_ok())
    });
    verified.await.map_err(crypto)
}

fn crypto(error: impl std::fmt::Display) -> AccountError {
    AccountError::Crypto(error.to_string())
}

fn random() -> Result<[u8; TOKEN], AccountError> {
    let mut bytes = [0; TOKEN];
    getrandom::fill(&mut bytes).map_err(crypto)?;
    Ok(bytes)
}

fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut out, byte| {
        // Writing to a string does not fail.
        _ = write!(out, "{byte:02x}");
        out
    })
}

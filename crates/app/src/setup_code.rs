//! The code that shows whoever makes the first account to be at the server's terminal.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::accounts::AccountError;

/// Letters and digits that are not taken for one another (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters: 40 bits, of which a stranger tries a few a minute.
const LENGTH: usize = 8;

/// Eight characters, new with every start of a server; they are shown as two groups of four.
#[derive(Clone)]
pub struct SetupCode([u8; LENGTH]);

impl SetupCode {
    /// A new one.
    ///
    /// # Errors
    /// Where the system gives no random numbers.
    pub fn new() -> Result<Self, AccountError> {
        let mut bytes = [0; LENGTH];
        getrandom::fill(&mut bytes).map_err(|error| AccountError::Crypto(error.to_string()))?;
        Ok(Self(bytes.map(|byte| ALPHABET[usize::from(byte % 32)])))
    }

    /// Whether this is it, as people copy codes: in any case, with or without what stands between.
    #[must_use]
    pub fn is(&self, told: &str) -> bool {
        let told = told.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase());
        let told: String = told.collect();
        // Compared as hashes, so that the time it takes says nothing of how much was right.
        Sha256::digest(told.as_bytes()) == Sha256::digest(self.0)
    }
}

impl fmt::Display for SetupCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, second) = self.0.split_at(LENGTH / 2);
        write!(f, "{}-{}", String::from_utf8_lossy(first), String::from_utf8_lossy(second))
    }
}

/// Nothing of it: what is debugged ends up in logs.
impl fmt::Debug for SetupCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SetupCode")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_itself_alone_however_it_is_typed() {
        let (code, other) = (SetupCode::new().unwrap(), SetupCode::new().unwrap());
        let shown = code.to_string();
        assert_eq!((shown.len(), shown.as_bytes()[4]), (9, b'-'));
        for told in [shown.clone(), shown.to_lowercase(), format!(" {} ", shown.replace('-', " "))]
        {
            assert!(code.is(&told), "{told}");
        }
        for told in [String::new(), other.to_string(), shown[..8].to_owned(), shown.clone() + "0"] {
            assert!(!code.is(&told), "{told}");
        }
        assert!(!format!("{code:?}").contains(&shown[..4]));
    }
}

//! What a library's file tells whoever steals it.

#![expect(clippy::unwrap_used, reason = "helpers of a test")]

use std::path::Path;

use attune_app::{Library, Newcomer};

const PASSWORD: &str = "correct horse battery";
const NOW_MS: i64 = 1_700_000_000_000;

/// Whether these bytes stand anywhere below a folder.
fn stands_in(folder: &Path, needle: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return stands_in(&path, needle);
        }
        std::fs::read(&path).unwrap().windows(needle.len()).any(|bytes| bytes == needle)
    })
}

#[tokio::test]
async fn passwords_and_tokens_are_kept_as_hashes_alone() {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::open(folder.path()).await.unwrap();
    let newcomer = Newcomer { name: "Maya".to_owned(), password: PASSWORD.to_owned() };
    let owner = library.own(&newcomer, NOW_MS).await.unwrap();
    let token = library.sign_in(owner, "a laptop", NOW_MS).await.unwrap();
    let code = library.invite(NOW_MS).await.unwrap();
    let kept = library.store().accounts().await.unwrap().remove(0).password;
    // OWASP's second choice: 19 MiB, two passes, one lane.
    assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
    let guest = Newcomer { name: "Noor".to_owned(), ..newcomer };
    library.join(&code, &guest, NOW_MS).await.unwrap();
    let other = library.store().accounts().await.unwrap().remove(1).password;
    assert_ne!(kept, other, "each has a salt of its own");
    // They let in, and a name that is kept plainly is found: what is looked for would be.
    assert_eq!(library.verify("maya", PASSWORD).await.unwrap(), owner);
    assert!(library.signed_in(&token, NOW_MS).await.unwrap().is_some());
    library.close().await;
    assert!(stands_in(folder.path(), b"a laptop"));
    let bytes = |hex: &str| -> Vec<u8> {
        let pairs = hex.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
        pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
    };
    for (secret, plain) in
        [("password", PASSWORD), ("token", token.as_str()), ("invitation", code.as_str())]
    {
        assert!(!stands_in(folder.path(), plain.as_bytes()), "the {secret} itself is stored");
    }
    for secret in [&token, &code] {
        assert!(!stands_in(folder.path(), &bytes(secret)), "its bytes are stored");
    }
}

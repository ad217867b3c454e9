//! Every environment variable that Attune reads.

/// The configuration file.
pub const CONFIG: &str = "ATTUNE_CONFIG";
/// The data folder.
pub const DATA_DIR: &str = "ATTUNE_DATA_DIR";
/// What the listener wants of the music.
pub const GOAL: &str = "ATTUNE_GOAL";
/// Languages, separated by commas.
pub const LANGUAGES: &str = "ATTUNE_LANGUAGES";
/// Whether the house band may play on first use.
pub const HOUSE_BAND: &str = "ATTUNE_HOUSE_BAND";
/// How many items a list has.
pub const LIMIT: &str = "ATTUNE_LIMIT";
/// Where `attune serve` listens.
pub const LISTEN: &str = "ATTUNE_LISTEN";
/// The expression model.
pub const MODEL: &str = "ATTUNE_MODEL";

/// The password for `attune library connect`.
pub const SERVER_PASSWORD: &str = "ATTUNE_SERVER_PASSWORD";

/// Name and meaning of each, as the help and the manual page print them. The last three are read
/// by the libraries that choose colours and folders.
pub const ALL: [(&str, &str); 12] = [
    (CONFIG, "configuration file, as --config"),
    (DATA_DIR, "data folder, as --data-dir"),
    (GOAL, "goal of `attune recommend`, as --goal"),
    (HOUSE_BAND, "`off` keeps it from composing tracks on first use"),
    (LANGUAGES, "languages of `attune recommend`, separated by commas, as --language"),
    (LIMIT, "length of the list of `attune recommend`, as --limit"),
    (LISTEN, "address of `attune serve`, as --listen"),
    (MODEL, "expression model, as --model"),
    (SERVER_PASSWORD, "password of `attune library connect`, as --password-file"),
    ("NO_COLOR", "when set, no colour is used (no-color.org)"),
    ("XDG_CONFIG_HOME", "parent of attune/config.toml, by default ~/.config"),
    ("XDG_DATA_HOME", "parent of the data folder attune, by default ~/.local/share"),
];

/// The list as the end of `attune --help`.
pub fn help() -> String {
    let lines = ALL.iter().map(|(name, meaning)| format!("  {name:<22} {meaning}\n"));
    format!("Environment:\n{}", lines.collect::<String>())
}

/// The variable's value; unset, empty and not UTF-8 are all none.
pub fn read(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

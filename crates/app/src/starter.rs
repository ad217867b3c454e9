use attune_connect::{CsvError, Import, Mapping, import_csv};

/// The catalogue that a new library begins with.
pub const STARTER_CSV: &str = include_str!("../catalogue/starter.csv");

/// What brought the starter items into a library.
pub const STARTER_ORIGIN: &str = "starter catalogue";

/// Reads the starter catalogue.
pub fn starter() -> Result<Import, CsvError> {
    import_csv(STARTER_CSV.as_bytes(), &Mapping::Detect)
}

/// Changes whenever the catalogue does (FNV-1a, 64 bits).
pub(crate) fn starter_edition() -> String {
    let hash = STARTER_CSV.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{hash:016x}")
}

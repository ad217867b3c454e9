/// Why a text is no cascade that this program can run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CascadeError {
    /// Not XML.
    #[error("this is no XML file, or it is damaged: {0}")]
    NotXml(String),
    /// XML of something else.
    #[error("this is no cascade of OpenCV")]
    NotACascade,
    /// Features other than Haar and LBP.
    #[error("features of the kind '{0}' are not read, only HAAR and LBP")]
    Features(String),
    /// Something is not there.
    #[error("the cascade lacks its {0}")]
    Missing(&'static str),
    /// What should be numbers is not, or they are too many, too few or out of range.
    #[error("the cascade's {0} cannot be right")]
    Wrong(&'static str),
}

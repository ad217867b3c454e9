//! Binding, serving, stopping.

use std::future::{Future, IntoFuture};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use attune_app::{AccountError, Library, SetupCode};
use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::api::learn_in_background;
use crate::guard::LoopbackOnly;
use crate::model::ModelFile;
use crate::router::router;
use crate::work::Work;

/// Where the server listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListenConfig {
    /// Address and port; port 0 takes any free one.
    pub address: SocketAddr,
}

impl Default for ListenConfig {
    /// `127.0.0.1:8787`: this machine alone.
    fn default() -> Self {
        Self { address: (Ipv4Addr::LOCALHOST, 8787).into() }
    }
}

/// What the server answers from.
#[derive(Clone)]
pub struct Served {
    /// Where lists come from.
    pub library: Arc<Library>,
    /// What the page reads faces with.
    pub model: ModelFile,
    /// Where scans tell how far they are.
    pub work: Work,
    /// Folders of this machine.
    pub places: Places,
}

/// Folders of the machine that the server runs on.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// Below these a music folder may be chosen.
    pub browse: Vec<PathBuf>,
    /// Where composed music goes; none for a library in memory.
    pub data_dir: Option<PathBuf>,
}

/// Listens and answers until Ctrl-C or SIGTERM.
pub async fn serve(listen: ListenConfig, served: Served) -> Result<(), ServeError> {
    Server::bind(listen, served).await?.run().await
}

/// The server could not start or go on.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Another program listens there.
    #[error("{0} is already in use")]
    Busy(SocketAddr),
    /// The system does not let this user listen there.
    #[error("listening on {0} is not allowed")]
    Forbidden(SocketAddr),
    /// The machine has no such address, or another reason of the system's.
    #[error("cannot listen on {0}: {1}")]
    Bind(SocketAddr, #[source] io::Error),
    /// Whether somebody owns the library cannot be told, or there are no random numbers.
    #[error("the first account cannot be kept for its owner: {0}")]
    Setup(#[from] AccountError),
    /// Serving or waiting for a signal failed.
    #[error("the server stopped: {0}")]
    Stopped(#[source] io::Error),
}

impl ServeError {
    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Busy(address) => Some(format!(
                "is Attune running already? Otherwise choose another port: --listen {}:{}",
                address.ip(),
                address.port().checked_add(1).unwrap_or(0)
            )),
            Self::Forbidden(_) => {
                Some("ports below 1024 need rights; try --listen 127.0.0.1:8787".into())
            }
            Self::Bind(..) => Some("use an address of this machine, like 127.0.0.1:8787".into()),
            Self::Setup(error) => Some(error.hint().into()),
            Self::Stopped(_) => None,
        }
    }

    fn binding(address: SocketAddr, error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::AddrInUse => Self::Busy(address),
            io::ErrorKind::PermissionDenied => Self::Forbidden(address),
            _ => Self::Bind(address, error),
        }
    }
}

/// How long open connections may finish after the server was told to stop.
const GRACE: Duration = Duration::from_secs(5);

/// A server that holds its port and is ready to answer.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    setup_code: Option<SetupCode>,
    router: Router,
}

impl Server {
    /// Takes the port; nothing is answered before [`run`](Self::run).
    pub async fn bind(listen: ListenConfig, served: Served) -> Result<Self, ServeError> {
        let refused = |error| ServeError::binding(listen.address, error);
        let listener = TcpListener::bind(listen.address).await.map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        learn_in_background(&served.library);
        let loopback = address.ip().to_canonical().is_loopback();
        let strangers = !loopback && !served.library.is_owned().await?;
        let setup_code = strangers.then(SetupCode::new).transpose()?;
        let router = router(served, LoopbackOnly(loopback), setup_code.clone());
        Ok(Self { listener, address, setup_code, router })
    }

    /// The address it listens on, with the port that was taken.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What the first account takes, where others than this machine can reach the server and nobody
    /// owns the library yet. Whoever starts the server is to see it, and nobody else.
    #[must_use]
    pub fn setup_code(&self) -> Option<&SetupCode> {
        self.setup_code.as_ref()
    }

    /// Answers until Ctrl-C or SIGTERM, then lets open requests finish for up to five seconds.
    pub async fn run(self) -> Result<(), ServeError> {
        let signal = stop_signal().map_err(ServeError::Stopped)?;
        self.run_until(signal).await
    }

    /// Answers until `stop` is ready, then lets open requests finish for up to five seconds.
    pub async fn run_until(
        self,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServeError> {
        let (tell, told) = watch::channel(());
        let stopping = async move {
            stop.await;
            drop(tell);
        };
        let serving = axum::serve(self.listener, self.router).with_graceful_shutdown(stopping);
        tokio::select! {
            done = serving.into_future() => done.map_err(ServeError::Stopped),
            () = grace_after(told) => Ok(()),
        }
    }
}

/// Ready [`GRACE`] after the sender is gone.
async fn grace_after(mut told: watch::Receiver<()>) {
    while told.changed().await.is_ok() {}
    tokio::time::sleep(GRACE).await;
}

#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) =
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

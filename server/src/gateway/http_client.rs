//! Requests to others: to addresses of the configuration, which are `https` or on this machine. Redirects
//! are not followed: nobody leads the server to another address.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderValue, USER_AGENT};
use hyper::{Method, Request, Response, StatusCode, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::crypto::ring;
use tokio::time::timeout;

use crate::limits::HTTP_ANSWER_HEAD_BYTES_MAX;

/// One for each address, with the connections that wait for the next request.
#[derive(Debug)]
pub(super) struct HttpClient(Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

impl HttpClient {
    /// `idle_max` connections are kept for the next request.
    ///
    /// # Errors
    /// The certificates of the system cannot be had.
    pub(super) fn new(idle_max: usize) -> Result<Self, String> {
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(ring::default_provider())
            .map_err(|error| format!("the certificates of this system cannot be read: {error}"))?
            .https_or_http()
            .enable_http1()
            .build();
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_max_idle_per_host(idle_max)
            .http1_max_buf_size(HTTP_ANSWER_HEAD_BYTES_MAX)
            .build(connector);
        Ok(Self(client))
    }

    /// What the address answers with 200, within `time_max` and `bytes_max`.
    pub(super) async fn get(
        &self,
        uri: &Uri,
        time_max: Duration,
        bytes_max: usize,
    ) -> Result<Bytes, String> {
        let mut request = Request::new(Full::default());
        *request.uri_mut() = uri.clone();
        within(time_max, async {
            let answer = self.send(request).await?;
            match answer.status() {
                StatusCode::OK => read(answer, bytes_max).await,
                status => Err(format!("it answered with {status}")),
            }
        })
        .await
    }

    /// The head of what it answers to some JSON. The rest of it is not read.
    pub(super) async fn post(
        &self,
        uri: &Uri,
        headers: HeaderMap,
        body: Bytes,
        time_max: Duration,
    ) -> Result<Response<()>, String> {
        let request = posting(uri, headers, body);
        let answer = within(time_max, self.send(request)).await?;
        Ok(answer.map(drop))
    }

    /// What it answers to some JSON, within `time_max` and `bytes_max`.
    pub(super) async fn exchange(
        &self,
        uri: &Uri,
        headers: HeaderMap,
        body: Bytes,
        (time_max, bytes_max): (Duration, usize),
    ) -> Result<(StatusCode, Bytes), String> {
        let request = posting(uri, headers, body);
        within(time_max, async {
            let answer = self.send(request).await?;
            let status = answer.status();
            Ok((status, read(answer, bytes_max).await?))
        })
        .await
    }

    async fn send(&self, mut request: Request<Full<Bytes>>) -> Result<Response<Incoming>, String> {
        let agent = concat!("mote/", env!("CARGO_PKG_VERSION"));
        let headers = request.headers_mut();
        headers.insert(USER_AGENT, HeaderValue::from_static(agent));
        let answer = self.0.request(request).await;
        answer.map_err(|error| with_causes(&error))
    }
}

fn posting(uri: &Uri, headers: HeaderMap, body: Bytes) -> Request<Full<Bytes>> {
    let mut request = Request::new(Full::new(body));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = uri.clone();
    *request.headers_mut() = headers;
    let json = HeaderValue::from_static("application/json");
    request.headers_mut().insert(CONTENT_TYPE, json);
    request
}

async fn read(answer: Response<Incoming>, bytes_max: usize) -> Result<Bytes, String> {
    let body = Limited::new(answer.into_body(), bytes_max).collect().await;
    Ok(body.map_err(|error| error.to_string())?.to_bytes())
}

async fn within<T>(
    time_max: Duration,
    answer: impl Future<Output = Result<T, String>>,
) -> Result<T, String> {
    let answer = timeout(time_max, answer).await;
    answer.map_err(|_| format!("it did not answer within {} s", time_max.as_secs()))?
}

/// hyper says what failed in an error's causes.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

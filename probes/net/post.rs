//! A notice to an address that the operator named: one POST through the door, with its look at addresses and its limits.
//!
//! It is no evidence and is not archived. No redirect is followed, nothing is repeated, and of the answer only the status is
//! read: when to try again is the caller's.

use super::door::Net;
use super::guard;
use reqwest::RequestBuilder;
use url::Url;

impl Net {
    /// Sends a body to an address and gives the status of the answer.
    ///
    /// # Errors
    /// A sentence: why nothing was sent, or why no answer came.
    pub async fn post(&self, address: &str, fields: &[(&str, &str)], body: Vec<u8>) -> Result<u16, String> {
        let (_, request) = self.request(address, fields, Some(body))?;
        match request.timeout(self.options.whole_timeout).send().await {
            Ok(answer) => Ok(answer.status().as_u16()),
            Err(error) => Err(chain(&error.without_url())),
        }
    }

    /// A request to an address that the operator named: with a body it is a POST, else a GET. The port may be any; a host that
    /// is not public must be a named test host.
    ///
    /// # Errors
    /// A sentence: why nothing may be sent there.
    pub(super) fn request(
        &self,
        address: &str,
        fields: &[(&str, &str)],
        body: Option<Vec<u8>>,
    ) -> Result<(Url, RequestBuilder), String> {
        let url = Url::parse(address).map_err(|error| format!("{address} is no address: {error}"))?;
        guard::page(&url, &self.options, |_, _| true).map_err(|refusal| refusal.to_string())?;
        let client = self.client(url.scheme() == "https")?;
        let mut request = match body {
            Some(body) => client.post(url.clone()).body(body),
            None => client.get(url.clone()),
        };
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        Ok((url, request))
    }
}

/// An error and what lies behind it, each sentence once.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut parts = vec![error.to_string()];
    let mut next = error.source();
    while let Some(inner) = next {
        let text = inner.to_string();
        if !parts.contains(&text) {
            parts.push(text);
        }
        next = inner.source();
    }
    parts.join(": ")
}

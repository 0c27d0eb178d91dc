//! A question to the language model that the operator named: one POST through a door of its own, whose question and answer are
//! archived like any exchange, so that a replay needs no model.
//!
//! The archive holds them under a target of ours (`urn:probity:question:…`), since the model's address says nothing of what was
//! asked; the request record names the address. The key is never archived. What an answer means is not known here.

use super::archive::recorder::{RecordError, Wire};
use super::capture::{Entry, Exchange};
use super::door::{MAX_SILENT, Net};
use super::exchange::{self, Answer, Failure};
use super::guard;
use super::options::Model;
use super::retry::{self, Next};
use super::visit::Visit;
use super::warc;
use probity_rules::observation::Why;
use reqwest::header;

/// The media type of questions and answers.
const JSON: &str = "application/json";

/// The target of a question about a payload: which part of it, from 1.
pub fn target(payload: &str, part: usize) -> String {
    format!("{}{payload}:{part}", warc::QUESTION)
}

impl Model {
    /// Whether a key would be sent for others to read: over http to another machine.
    pub fn shows_key(&self) -> bool {
        self.key.is_some() && self.address.scheme() != "https" && !guard::is_here(&self.address)
    }
}

impl Net {
    /// Puts a question to the model: afterwards the capture holds an answer or a gap under `target`. Without a model nothing
    /// happens.
    ///
    /// # Errors
    /// Only where the evidence could not be kept.
    pub async fn question(&self, visit: &Visit<'_>, target: &str, body: &str) -> Result<(), RecordError> {
        let (Some(model), Some(net)) = (&self.options().model, &self.model) else { return Ok(()) };
        let url = &model.address;
        if let Err(refusal) = guard::page(url, net.options(), |_, _| true) {
            return self.gap(visit, target, Why::Refused, refusal.to_string());
        }
        let host = guard::plain(url.host_str().unwrap_or_default());
        let client = match net.client(url.scheme() == "https") {
            Ok(client) => client,
            Err(detail) => return self.gap(visit, target, Why::Bug, detail),
        };
        let key = model.key.as_ref().filter(|_| !model.shows_key());
        for attempt in 0.. {
            let pass = net.pace.enter(&host).await;
            if net.silence(&host) >= MAX_SILENT {
                let detail = format!("the model did not answer {MAX_SILENT} questions in time and was not asked again");
                return self.gap(visit, target, Why::Unreachable, detail);
            }
            let captured = self.now();
            let mut request = client.post(url.clone()).body(body.to_owned());
            request = request.header(header::CONTENT_TYPE, JSON).header(header::ACCEPT, JSON);
            if let Some(key) = key {
                request = request.bearer_auth(key.reveal());
            }
            let result = exchange::send(request, net.options(), &net.large).await;
            drop(pass);
            let (ended, _) = net.ended(&host, &result);
            if let Next::Again(wait) = retry::next(ended, attempt, net.options()) {
                tokio::time::sleep(wait).await;
                continue;
            }
            let Answer { protocol, status, headers, body: answer, peer, certificate, cut, note, .. } = match result {
                Ok(answer) => answer,
                Err(Failure { why, detail, .. }) => return self.gap(visit, target, why, detail),
            };
            let exchange =
                Exchange { peer, cut, ..Exchange::new(target.to_owned(), captured, status, headers, answer) };
            if let Some(recorder) = visit.recorder {
                let mut fields = vec![
                    (header::CONTENT_TYPE.to_string(), JSON.to_owned()),
                    (header::ACCEPT.to_string(), JSON.to_owned()),
                    (header::CONTENT_LENGTH.to_string(), body.len().to_string()),
                ];
                if key.is_some() {
                    // The recorder leaves the value out.
                    fields.push((header::AUTHORIZATION.to_string(), String::new()));
                }
                let wire = Wire {
                    request: Some(&fields),
                    posted: Some((url, body.as_bytes())),
                    protocol: Some(protocol),
                    certificates: certificate.as_slice(),
                    note,
                    ..Wire::default()
                };
                recorder.exchange(&exchange, &wire)?;
            }
            visit.capture.put(target.to_owned(), Entry::Http(exchange));
            return Ok(());
        }
        Ok(())
    }
}

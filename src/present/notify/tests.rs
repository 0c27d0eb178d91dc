//! Channels against servers on loopback that work, refuse, hang and break off; and what a channel is told when.

use super::*;
use probity_probes::net::options::Options;
use probity_rules::head::Source;
use probity_rules::judge::Grade;
use probity_rules::method::Light;
use std::path::Path;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn change(id: i64, service: &str) -> Told {
    Told {
        id,
        service: service.to_owned(),
        method: "berlin-short-test".to_owned(),
        criterion: "exports".to_owned(),
        from: Grade::Good,
        to: Grade::Poor,
        light_from: Light::Green,
        light_to: Light::Red,
        raised_at: at("2026-03-01T10:00:00Z"),
        cause: "service-changed".to_owned(),
        waits: true,
    }
}

fn news(ids: &[i64]) -> News {
    News { changes: ids.iter().map(|id| change(*id, "meet")).collect(), waiting: ids.len(), failures: Vec::new() }
}

fn settings(text: &str) -> Result<Settings, String> {
    let text = format!("[notify]\n{text}");
    let mut table = Source::whole("probity.toml", &text).table(&["notify"]).expect("a table");
    Settings::parse(table.take("notify").expect("the part"), Path::new("/etc")).map_err(|error| error.to_string())
}

fn net(port: u16) -> Net {
    let hosts = vec![format!("hook.test=127.0.0.1:{port}").parse().expect("a host")];
    let options = Options { test_hosts: hosts, ..Options::default() };
    Net::new(options, Arc::new(crate::base::clock::now)).expect("a door")
}

fn secrets() -> Secrets {
    Secrets { smtp_password: None, webhook_secret: Some("a secret of thirty letters xyz".to_owned()) }
}

/// How a server behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    Well,
    Refuses,
    BreaksOff,
    Hangs,
}

type Heard = Arc<Mutex<Vec<String>>>;

/// A server that keeps what it heard.
async fn server<F, Fut>(manner: Manner, talk: F) -> (u16, Heard)
where
    F: Fn(TcpStream, Manner, Heard) -> Fut + Send + 'static,
    Fut: Future<Output = std::io::Result<()>> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let heard = Heard::default();
    let keep = heard.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(talk(stream, manner, keep.clone()));
        }
    });
    (port, heard)
}

async fn web(mut stream: TcpStream, manner: Manner, heard: Heard) -> std::io::Result<()> {
    let mut text = Vec::new();
    let mut part = [0; 4096];
    loop {
        let count = stream.read(&mut part).await?;
        text.extend_from_slice(&part[..count]);
        let said = String::from_utf8_lossy(&text);
        let length =
            said.to_lowercase().split("content-length: ").nth(1).and_then(|rest| rest.lines().next()?.parse().ok());
        let body = said.split_once("\r\n\r\n").map(|(_, body)| body.len());
        if count == 0 || body.is_some_and(|body| body >= length.unwrap_or(0)) {
            break;
        }
    }
    heard.lock().expect("a list").push(String::from_utf8_lossy(&text).into_owned());
    match manner {
        Manner::Well => stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await,
        Manner::Refuses => stream.write_all(b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n").await,
        Manner::BreaksOff => stream.write_all(b"HTTP/1.1 2").await,
        Manner::Hangs => std::future::pending().await,
    }
}

async fn smtp(stream: TcpStream, manner: Manner, heard: Heard) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    if manner == Manner::Hangs {
        return std::future::pending().await;
    }
    write.write_all(b"220 mail.test\r\n").await?;
    let mut lines = BufReader::new(read).lines();
    let (mut data, mut body) = (false, String::new());
    while let Some(line) = lines.next_line().await? {
        if data {
            if line == "." {
                data = false;
                heard.lock().expect("a list").push(std::mem::take(&mut body));
                write.write_all(b"250 kept\r\n").await?;
            }
            body.push_str(&line);
            body.push('\n');
            continue;
        }
        let answer = match line.split(' ').next().unwrap_or_default() {
            "EHLO" => "250 mail.test\r\n",
            "RCPT" if manner == Manner::Refuses => "550 nobody of that name\r\n",
            "RCPT" if manner == Manner::BreaksOff => return Ok(()),
            "DATA" => {
                data = true;
                "354 go on\r\n"
            }
            "QUIT" => "221 bye\r\n",
            _ => "250 well\r\n",
        };
        write.write_all(answer.as_bytes()).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_webhook_is_signed_and_told_once() {
    let (port, heard) = server(Manner::Well, web).await;
    let settings =
        settings("webhook = { url = \"http://hook.test/notice\" }\nlink = \"https://board.example/\"").expect("sound");
    let (mut state, now) = (State::default(), at("2026-03-02T00:00:00Z"));
    let outcomes = run(&settings, &secrets(), &net(port), &news(&[3, 2, 1]), &mut state, now).await;
    assert_eq!(outcomes, [("webhook", Outcome::Sent)]);
    let again = run(&settings, &secrets(), &net(port), &news(&[3, 2, 1]), &mut state, now).await;
    assert_eq!(again, [("webhook", Outcome::Nothing)]);
    let more = run(&settings, &secrets(), &net(port), &news(&[4, 3, 2, 1]), &mut state, now).await;
    assert_eq!(more, [("webhook", Outcome::Sent)]);
    let heard = heard.lock().expect("a list");
    assert_eq!(heard.len(), 2, "one message for three changes");
    let (head, body) = heard[0].split_once("\r\n\r\n").expect("a request");
    let field = |name: &str| {
        let line =
            head.lines().find_map(|line| line.split_once(": ").filter(|(key, _)| key.eq_ignore_ascii_case(name)));
        line.map(|(_, value)| value.to_owned()).expect("the field")
    };
    let stamp = field("probity-timestamp");
    assert_eq!(stamp, now.as_second().to_string());
    let signed = webhook::signature("a secret of thirty letters xyz", &stamp, body.as_bytes());
    assert_eq!(field("probity-signature"), format!("sha256={signed}"));
    let json: serde_json::Value = serde_json::from_str(body).expect("JSON");
    assert_eq!(json["changes"].as_array().map(Vec::len), Some(3));
    let second: serde_json::Value =
        serde_json::from_str(heard[1].split_once("\r\n\r\n").expect("a request").1).expect("JSON");
    assert_eq!(second["changes"].as_array().map(Vec::len), Some(1));
}

#[test]
fn the_signature_is_the_standard_one() {
    // Test case 2 of RFC 4231, whose data hold no full stop of their own making.
    let signed = webhook::signature("Jefe", "what do ya want for nothing?", b"");
    assert_eq!(signed.len(), 64);
    assert_ne!(signed, webhook::signature("Jefe", "what do ya want for nothing", b"?"));
    assert_ne!(signed, webhook::signature("jefe", "what do ya want for nothing?", b""));
}

#[tokio::test]
async fn a_failing_channel_waits_longer_each_time_and_is_shown() {
    for manner in [Manner::Refuses, Manner::BreaksOff] {
        let (port, _) = server(manner, web).await;
        let settings = settings("webhook = { url = \"http://hook.test/\" }").expect("sound");
        let mut state = State::default();
        let mut now = at("2026-03-02T00:00:00Z");
        let mut waits = Vec::new();
        for _ in 0..3 {
            let outcomes = run(&settings, &secrets(), &net(port), &news(&[1]), &mut state, now).await;
            assert!(matches!(outcomes[..], [("webhook", Outcome::Failed(_))]), "{outcomes:?}");
            let channel = &state.channels["webhook"];
            let next = channel.next.expect("a time");
            waits.push(next.as_second() - now.as_second());
            let early = run(&settings, &secrets(), &net(port), &news(&[1]), &mut state, now).await;
            assert_eq!(early, [("webhook", Outcome::Waits(next))]);
            now = next;
        }
        assert_eq!(waits, [60, 120, 240]);
        let channel = &state.channels["webhook"];
        assert_eq!((channel.failures, channel.told), (3, 0));
        assert!(channel.error.is_some());
    }
}

#[tokio::test]
async fn a_server_that_hangs_does_not_hang_us() {
    let (port, _) = server(Manner::Hangs, web).await;
    let (mail, _) = server(Manner::Hangs, smtp).await;
    let text = format!(
        "webhook = {{ url = \"http://hook.test/\" }}\n[notify.mail]\nserver = \"127.0.0.1\"\nport = {mail}\n\
         encryption = \"none\"\nfrom = \"a@example.org\"\nto = [\"b@example.org\"]"
    );
    let settings = settings(&text).expect("sound");
    let longest = Duration::from_millis(200);
    let (net, mut state) = (net(port), State::default());
    let outcomes =
        run_within(longest, &settings, &secrets(), &net, &news(&[1]), &mut state, Timestamp::UNIX_EPOCH).await;
    assert!(outcomes.iter().all(|(_, outcome)| matches!(outcome, Outcome::Failed(_))), "{outcomes:?}");
    assert_eq!(outcomes.len(), 2);
}

#[tokio::test]
async fn nothing_is_sent_to_a_private_address_that_was_not_named_or_without_a_secret() {
    for address in
        ["http://127.0.0.1:9/", "http://10.0.0.1/", "http://[::1]/", "http://localhost/", "http://169.254.169.254/"]
    {
        let settings = settings(&format!("webhook = {{ url = \"{address}\" }}")).expect("sound");
        let mut state = State::default();
        let outcomes = run(&settings, &secrets(), &net(9), &news(&[1]), &mut state, Timestamp::UNIX_EPOCH).await;
        assert!(matches!(outcomes[..], [("webhook", Outcome::Failed(_))]), "{address}: {outcomes:?}");
    }
    let settings = settings("webhook = { url = \"http://hook.test/\" }").expect("sound");
    let none = Secrets::default();
    let outcomes = run(&settings, &none, &net(9), &news(&[1]), &mut State::default(), Timestamp::UNIX_EPOCH).await;
    assert_eq!(outcomes, [("webhook", Outcome::Failed("PROBITY_WEBHOOK_SECRET is not set".to_owned()))]);
}

#[tokio::test]
async fn a_mail_says_what_changed_and_a_refusal_is_said() {
    for (manner, kept) in [(Manner::Well, 1), (Manner::Refuses, 0), (Manner::BreaksOff, 0)] {
        let (port, heard) = server(manner, smtp).await;
        let text = format!(
            "language = \"de\"\n[notify.mail]\nserver = \"127.0.0.1\"\nport = {port}\nencryption = \"none\"\n\
             from = \"Probity <a@example.org>\"\nto = [\"b@example.org\", \"c@example.org\"]"
        );
        let settings = settings(&text).expect("sound");
        let mut all = news(&[2, 1]);
        all.changes[0].service = "x\r\nBcc: d@example.org".to_owned();
        let outcomes = run(&settings, &secrets(), &net(9), &all, &mut State::default(), Timestamp::UNIX_EPOCH).await;
        let heard = heard.lock().expect("a list");
        assert_eq!(heard.len(), kept, "{manner:?}: {outcomes:?}");
        match heard.first() {
            Some(mail) => {
                let (head, body) = mail.split_once("\n\n").expect("a head");
                assert!(!head.contains("\nBcc"), "{head}");
                assert!(head.contains("To: b@example.org, c@example.org"), "{head}");
                assert!(body.contains("meet"), "{body}");
            }
            None => assert!(matches!(outcomes[..], [("mail", Outcome::Failed(_))]), "{outcomes:?}"),
        }
    }
}

#[tokio::test]
async fn feeds_are_files_for_all_and_for_each_service() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = Settings { feed: Some(folder.path().join("feeds")), ..Settings::default() };
    let mut all = news(&[2, 1]);
    all.changes.push(change(3, "../../evil"));
    let outcomes = run(&settings, &secrets(), &net(9), &all, &mut State::default(), Timestamp::UNIX_EPOCH).await;
    assert_eq!(outcomes, [("feed", Outcome::Sent)]);
    let mut names: Vec<_> = std::fs::read_dir(folder.path().join("feeds"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(names, ["all.xml", "service-------evil.xml", "service-meet.xml"]);
    let blocked = Settings { feed: Some("/dev/null/feeds".into()), ..Settings::default() };
    let outcomes = run(&blocked, &secrets(), &net(9), &all, &mut State::default(), Timestamp::UNIX_EPOCH).await;
    assert!(matches!(outcomes[..], [("feed", Outcome::Failed(_))]), "{outcomes:?}");
}

#[test]
fn a_long_digest_is_bounded() {
    let ids: Vec<_> = (1..=10_000).collect();
    let text = news(&ids).text(Some("https://board.example/"), probity_rules::sentence::Lang::En);
    assert!(text.lines().count() < 70, "{}", text.lines().count());
    let two = news(&[2, 1]).text(Some("https://board.example/"), probity_rules::sentence::Lang::En);
    assert!(two.starts_with("Probity: 2 changes, 2 items wait\n"), "{two}");
    assert!(two.contains("meet: green → red") && two.ends_with("The board: https://board.example/\n"), "{two}");
}

#[test]
fn mistakes_in_the_settings_point_at_the_place() {
    let wrong = |text: &str| settings(text).expect_err("a mistake");
    assert_eq!(
        wrong("webhook = { url = \"ftp://x\" }"),
        "probity.toml:2:19: `url` is no address of the web; expected https://… or http://…"
    );
    assert!(wrong("mail = { server = \"a\", from = \"a\", to = [] }").contains("`a` is no mail address"));
    assert!(wrong("mail = { server = \"a\", from = \"a@b.c\", to = [] }").contains("`to` names nobody"));
    assert!(wrong("mail = { server = \"a\", password = \"x\" }").contains("unknown key `password`"));
    assert!(wrong("language = \"fr\"").contains("`en`"));
}

#[test]
fn the_state_is_kept_and_a_damaged_one_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut state = State::load(folder.path()).map_err(|_| "none").expect("an empty one");
    state.channels.insert("mail".to_owned(), Channel { told: 7, ..Channel::default() });
    state.save(folder.path()).map_err(|_| "none").expect("written");
    assert_eq!(State::load(folder.path()).map_err(|_| "none"), Ok(state));
    std::fs::write(folder.path().join(state::FILE), "{").expect("written");
    assert!(State::load(folder.path()).is_err());
}

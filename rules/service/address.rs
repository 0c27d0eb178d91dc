//! What is wrong with a web address or a host name, as far as its letters show.

/// The fault of a web address, or none.
pub(super) fn fault(address: &str) -> Option<&'static str> {
    let rest = match address.split_once("://") {
        Some(("http" | "https", rest)) => rest,
        Some(_) => return Some("its scheme is neither http nor https"),
        None => return Some("it does not begin with `https://`"),
    };
    if address.chars().any(|letter| letter.is_whitespace() || letter.is_control()) {
        return Some("it holds white space");
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Some("it holds a user name");
    }
    let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((literal, port)) => {
            return match literal.parse::<std::net::Ipv6Addr>() {
                Ok(_) => port_fault(port),
                Err(_) => Some("its IPv6 address is malformed"),
            };
        }
        None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
    };
    host_fault(&host.to_lowercase()).or_else(|| port_fault(port))
}

fn port_fault(port: &str) -> Option<&'static str> {
    match port.strip_prefix(':') {
        None if port.is_empty() => None,
        Some(number) if number.parse::<u16>().is_ok_and(|number| number > 0) => None,
        _ => Some("its port is malformed"),
    }
}

/// The fault of a host name (RFC 1123, letters of other scripts allowed), or none.
pub(super) fn host_fault(name: &str) -> Option<&'static str> {
    let good = |letter: char| letter.is_alphanumeric() || letter == '-' || letter == '_';
    if name.is_empty() {
        Some("it has no host")
    } else if name.contains("://") || name.contains('/') {
        Some("it holds a scheme or a path")
    } else if name.len() > 253 || name.split('.').any(|label| label.is_empty() || label.len() > 63) {
        Some("a part between its dots is empty or too long")
    } else if !name.chars().all(|letter| good(letter) || letter == '.') {
        Some("it holds a letter that no host name has")
    } else if name.chars().any(char::is_uppercase) {
        Some("it holds capitals")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for good in [
            "https://a.example/",
            "http://127.0.0.1:8080",
            "https://[2001:db8::1]:443/x?y#z",
            "https://EXAMPLE.org/Datenschutz",
            "https://münchen.example/ü",
        ] {
            assert_eq!(fault(good), None, "{good}");
        }
        for bad in [
            "",
            "a.example",
            "ftp://a.example/",
            "https://",
            "https:///x",
            "https://a b/",
            "https://u@a.example/",
            "https://a.example:0/",
            "https://a.example:x/",
            "https://a..b/",
            "https://[::g]/",
            "https://a!b/",
            "/privacy",
        ] {
            assert!(fault(bad).is_some(), "{bad}");
        }
    }
}

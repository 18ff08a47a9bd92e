//! 规范文本: one way to write a thing as bytes (RFC 8785, JCS).
//!
//! Numbers are whole: nothing this program signs has a fraction, so none is written.

use serde_json::Value;
use std::fmt::Write as _;

/// The canonical bytes of a JSON value. A number with a fraction is written as Rust writes it,
/// which RFC 8785 does not promise; no document of ours has one.
pub fn bytes(value: &Value) -> Vec<u8> {
    let mut text = String::new();
    write(&mut text, value);
    text.into_bytes()
}

fn write(text: &mut String, value: &Value) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(true) => text.push_str("true"),
        Value::Bool(false) => text.push_str("false"),
        Value::Number(number) => {
            let _ = write!(text, "{number}");
        }
        Value::String(string) => quote(text, string),
        Value::Array(items) => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                write(text, item);
            }
            text.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            // Section 3.2.3: by UTF-16 code units, which is not the order of UTF-8.
            members.sort_by(|(one, _), (other, _)| one.encode_utf16().cmp(other.encode_utf16()));
            text.push('{');
            for (at, (name, member)) in members.into_iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                quote(text, name);
                text.push(':');
                write(text, member);
            }
            text.push('}');
        }
    }
}

fn quote(text: &mut String, string: &str) {
    text.push('"');
    for c in string.chars() {
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\u{8}' => text.push_str("\\b"),
            '\t' => text.push_str("\\t"),
            '\n' => text.push_str("\\n"),
            '\u{c}' => text.push_str("\\f"),
            '\r' => text.push_str("\\r"),
            c if c < ' ' => {
                let _ = write!(text, "\\u{:04x}", u32::from(c));
            }
            c => text.push(c),
        }
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_sorted_and_strings_escaped_as_rfc_8785_says() {
        let value = serde_json::json!({
            "\u{20ac}": "Euro Sign", "\r": "Carriage Return", "\u{fb33}": "Hebrew",
            "1": "One", "\u{1f600}": "Smiley", "\u{80}": "Control", "\u{f6}": "Latin",
        });
        let text = String::from_utf8(bytes(&value)).unwrap();
        let order: Vec<_> = [
            "Carriage", "One", "Control", "Latin", "Euro", "Smiley", "Hebrew",
        ]
        .iter()
        .map(|word| text.find(word).unwrap())
        .collect();
        assert!(order.is_sorted(), "{text}");
        assert!(text.starts_with("{\"\\r\":"));
        let value = serde_json::json!({"b": [1, true, null, "\u{1}\"\\\n"], "a": {}});
        assert_eq!(
            bytes(&value),
            b"{\"a\":{},\"b\":[1,true,null,\"\\u0001\\\"\\\\\\n\"]}"
        );
    }
}

//! Tokens, made: for a backend in Rust, and for `mote token`.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mote_protocol::limits::TOKEN_BYTES_MAX;
use ring::hmac;
use serde::Serialize;

use super::claims::{Audience, Claims, RoomRights, Seconds, check_account, check_name, color};
use super::rights::Rights;
use super::secret::Secret;
use crate::limits::{TOKEN_EXPIRES_IN_DEFAULT, TOKEN_EXPIRES_IN_MAX, TOKEN_TEXT_BYTES_MAX};

/// A token to be made: who somebody is, and what they may do in which rooms, for an hour unless told
/// otherwise. It is signed by HS256 with the secret that the server knows as `auth_secret`.
///
/// ```
/// use mote_server::auth::{Rights, Secret, Token};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let secret = Secret::new("jW9d1Pkz8mS5q0tYb2Lr7uXc4vAe6hGn")?;
/// let token = Token::new("user-1")
///     .name("Ada")
///     .room("board-*", Rights::READ | Rights::PRESENCE | Rights::EVENT)
///     .room("news", Rights::READ)
///     .sign(&secret)?;
/// assert_eq!(token.split('.').count(), 3);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Token {
    claims: Claims,
    expires_in: Duration,
    key_id: Option<String>,
}

impl Token {
    /// For this account: who somebody is in your application, 1 to 128 bytes. The others see it.
    pub fn new(account: impl Into<String>) -> Self {
        Self {
            claims: Claims {
                sub: account.into(),
                name: None,
                color: None,
                rooms: Vec::new(),
                iss: None,
                aud: None,
                iat: None,
                nbf: None,
                exp: Seconds(0),
            },
            expires_in: TOKEN_EXPIRES_IN_DEFAULT,
            key_id: None,
        }
    }

    /// The name to show, 1 to 32 characters. It wins over the one that a page asks for.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.claims.name = Some(name.into());
        self
    }

    /// The colour to show, `#rrggbb`. It wins over the one that a page asks for.
    pub fn color(mut self, color: impl Into<String>) -> Self {
        self.claims.color = Some(color.into());
        self
    }

    /// What they may do in the rooms of a pattern: a room's id, or its beginning and a `*`.
    pub fn room(mut self, pattern: impl Into<String>, rights: Rights) -> Self {
        self.claims.rooms.push(RoomRights {
            room: pattern.into(),
            rights: rights.names().map(str::to_owned).collect(),
        });
        self
    }

    /// For how long it is good: 1 s to a year, an hour by default.
    pub fn expires_in(mut self, expires_in: Duration) -> Self {
        self.expires_in = expires_in;
        self
    }

    /// Who makes it, where the server wants that (`auth_issuer`).
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.claims.iss = Some(issuer.into());
        self
    }

    /// For whom it is, where the server wants that (`auth_audience`).
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.claims.aud = Some(Audience::One(audience.into()));
        self
    }

    /// Which key it is made with, for servers that know several.
    pub fn key_id(mut self, key_id: impl Into<String>) -> Self {
        self.key_id = Some(key_id.into());
        self
    }

    /// The token, good from now on.
    ///
    /// # Errors
    /// It could not let anybody in, or would be over 8 KiB: says what would be right.
    pub fn sign(&self, secret: &Secret) -> Result<String, TokenError> {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
        let now_s = since_1970.map_or(0, |since_1970| since_1970.as_secs());
        self.sign_at(now_s, secret)
    }

    /// The token, good from this moment on, in seconds since 1970.
    ///
    /// # Errors
    /// As [`sign`](Self::sign).
    pub fn sign_at(&self, now_s: u64, secret: &Secret) -> Result<String, TokenError> {
        self.check().map_err(TokenError)?;
        let claims = Claims {
            iat: Some(Seconds(now_s)),
            nbf: Some(Seconds(now_s)),
            exp: Seconds(now_s + self.expires_in.as_secs()),
            ..self.claims.clone()
        };
        let header = Header {
            alg: "HS256",
            typ: "JWT",
            kid: self.key_id.as_deref(),
        };
        let signed = format!("{}.{}", part(&header), part(&claims));
        let signature = hmac::sign(&secret.key(hmac::HMAC_SHA256), signed.as_bytes());
        let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
        if token.len() > TOKEN_BYTES_MAX {
            let sentence = format!(
                "the token is {} bytes, the limit is {TOKEN_BYTES_MAX}: name fewer rooms, by \
                 patterns like \"board-*\"",
                token.len()
            );
            return Err(TokenError(sentence));
        }
        Ok(token)
    }

    fn check(&self) -> Result<(), String> {
        let Claims {
            sub, name, rooms, ..
        } = &self.claims;
        check_account(sub)?;
        name.as_deref().map_or(Ok(()), check_name)?;
        (self.claims.color.as_deref()).map_or(Ok(()), |text| color(text).map(drop))?;
        if rooms.is_empty() {
            return Err("rooms must name at least one room".into());
        }
        for entry in rooms {
            if entry.rights()? == Rights::NONE {
                return Err(format!("rights must be some of {}", Rights::all_names()));
            }
        }
        let texts = [&self.claims.iss, &self.key_id];
        let is_text = |text: &str| (1..=TOKEN_TEXT_BYTES_MAX).contains(&text.len());
        if !texts.into_iter().flatten().all(|text| is_text(text)) {
            return Err(format!(
                "issuer and key_id must be 1 to {TOKEN_TEXT_BYTES_MAX} bytes"
            ));
        }
        if !(Duration::from_secs(1)..=TOKEN_EXPIRES_IN_MAX).contains(&self.expires_in) {
            return Err("expires_in must be from a second to a year".into());
        }
        Ok(())
    }
}

/// A token that cannot be made, in one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenError(String);

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for TokenError {}

#[derive(Serialize)]
struct Header<'a> {
    alg: &'static str,
    typ: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a str>,
}

fn part(of: &impl Serialize) -> String {
    let json = serde_json::to_vec(of).expect("strings and numbers become JSON");
    URL_SAFE_NO_PAD.encode(json)
}

//! What the application is told.

use super::Setting;
use crate::bus::owner::RoomPatterns;
use crate::config::values::{file, show_file, show_url};

pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        name: "webhook-url",
        value: "URL",
        help: "Tell your application who came and left, and which rooms opened and closed: POST there, \
               signed by the Standard Webhooks specification",
        show: |config| show_url(config.webhook.url.as_ref()),
        set: |config, text| {
            config.webhook.url = Some(text.parse()?);
            Ok(())
        },
    },
    Setting {
        name: "webhook-secret",
        value: "SECRET",
        help: "What requests to your application are signed with: whsec_ and base64; everybody on this \
               machine sees flags, so better by the environment or a file",
        // Whatever shows a configuration does not show this.
        show: |_| String::new(),
        set: |config, text| {
            config.webhook.secret = Some(text.parse()?);
            Ok(())
        },
    },
    Setting {
        name: "webhook-secret-file",
        value: "FILE",
        help: "The same, from a file: a secret a line; each of them signs, while one takes another's \
               place",
        show: |config| show_file(config.webhook.secret_file.as_deref()),
        set: |config, text| {
            config.webhook.secret_file = Some(file(text)?);
            Ok(())
        },
    },
    Setting {
        name: "webhook-events",
        value: "KINDS",
        help: "What to tell: some of these, with commas",
        show: |config| config.webhook.events.to_string(),
        set: |config, text| {
            config.webhook.events = text.parse()?;
            Ok(())
        },
    },
    Setting {
        name: "webhook-rooms",
        value: "PATTERNS",
        help: "Rooms to tell of, like board-*,acme/plan; by default all",
        show: |config| config.webhook.rooms.to_string(),
        set: |config, text| {
            config.webhook.rooms = RoomPatterns::parse(text)?;
            Ok(())
        },
    },
];

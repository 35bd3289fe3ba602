"""The checks of incoming messages: fields, enums and limits."""

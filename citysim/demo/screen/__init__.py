"""The demo's terminal: a live table or plain lines, and the summary at the end."""

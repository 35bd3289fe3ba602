"""Lists that many watch: numbered changes of windows over filtered, searched and sorted rows.

`change_feed.ChangeFeed` is the door; `collection.Collection` says what a list is, `spec` what a
watcher asks for, `update` what it gets. Knows no domain, no wire and no web.
"""

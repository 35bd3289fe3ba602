"""One object over time: detections of successive pictures become tracks with ids. Pure; knows no
model, camera or rule."""

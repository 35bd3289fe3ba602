"""What it sets in motion that people attach files to cases, or take one back."""

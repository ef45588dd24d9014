"""The doctor: looks at an installation, and says what ails it and the way out."""

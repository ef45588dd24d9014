"""The test plan of the promises, run row by row, and the page of what came of it."""

"""The queue of those who are likely one: side by side, judged by keyboard."""

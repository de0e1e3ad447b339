"""The page as a server: who is answered, what is sent, and what a visitor may say."""

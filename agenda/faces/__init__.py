"""Faces of the programme: a Programme goes in, text or bytes come out. None of them asks the database."""

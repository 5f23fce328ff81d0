"""Reading a concept note: any file -> blocks -> outline -> draft."""

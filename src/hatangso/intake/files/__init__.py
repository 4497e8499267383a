"""What an operator sends, whatever its format, as tables of columns."""

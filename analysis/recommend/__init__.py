"""Recommended ties 建议共建: whom to bring together, and what that is worth."""

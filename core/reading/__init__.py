"""Readers: any file becomes raw tables and the text around them, without knowing any form."""

"""Exports of the 12345 hotline: orders as rows, with Chinese headings that differ by place."""

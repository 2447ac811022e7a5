"""Contested strips with lines, the survey act, points and scans."""

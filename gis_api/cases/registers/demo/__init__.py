"""Registers of a demo place (合成数据): receptions, talking rooms and doorstep matters."""

"""The party part of a demo place (合成数据 / synthetic)."""

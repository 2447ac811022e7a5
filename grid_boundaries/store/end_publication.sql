DROP TABLE publication

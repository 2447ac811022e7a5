"""One dispute through many doors: suggestions, links, who was told, collective cases, amounts."""

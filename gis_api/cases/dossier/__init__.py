"""The file of a case (卷宗): gathered once, written as docx and as pdf."""

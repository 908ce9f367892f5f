"""Files for tests of the command."""

TABLE = "<!-- symbols\nx, y : R\n-->\n\n"  # four lines


def display(latex, label=""):
    return f"$$\n{latex}\n$$" + f" ({label})" * bool(label) + "\n\n"  # four lines


RIGHT = display("(x + y)^2 = x^2 + 2 x y + y^2", "eq-square")
WRONG = display("(x + y)^2 = x^2 + y^2", "eq-dream")

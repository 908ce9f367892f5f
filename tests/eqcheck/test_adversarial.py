# ruff: noqa: E501 - a formula stands on one line, as in the book
"""Forms that are refused, or read in exactly one way: never guessed.

Each case says what a reader could write and what must happen: REFUSED, TRUE (the equation holds)
or FALSE (it is run, and found wrong).
"""

import pytest

from eqcheck import Page, check

TRUE, FALSE, REFUSED = "true", "false", "refused"
PAGE = r"""
n = 5
d = 4
m = 3
x, y, z, b : R
u, v : R+
\lambda, \sigma, p : R+
\mathbf{x}, \mathbf{w}, \mathbf{a} : R[d]; entries x_j, w_j, a_j
\mathbf{y} : R[n]; entries y_i
\mathbf{X}, \mathbf{Y} : R[n,d]; rows \mathbf{x}_i, \mathbf{y}_i
\mathbf{A}, \mathbf{B} : R[d,d]; entries A_{ij}, B_{ij}
\mathbf{1} : ones[n]
\mathbf{0} : zeros[d]
\mathbf{I} : identity[d]
\mathbf{W}^{(l)} : R[d,d]; l = 1..3
l : 1..2
I : m of 1..n
f, g : R -> R
h : R[d] -> R
\phi : R -> R; entrywise
\varepsilon : {-p, p}; random
s(x) = x^2
r(\mathbf{w}, b) = b \mathbf{w}^{\top}\mathbf{w}
\mathbf{e} : ones[d]; entries e_j
c, k : {1..5}
\mathbf{c} : {1..m}[n]; entries c_i
i : 1..n
\mathbf{P} : permutation[d]
\mathbf{z} : normal[m]; random; entries z_j
\tanh : R -> R; entrywise
G(\mathbf{x}) = \mathbf{x}^{\top}\mathbf{x}
G(\mathbf{x}, \mathbf{w}) = \mathbf{x}^{\top}\mathbf{w}
D(\mathbf{x} \| \mathbf{w}) = \|\mathbf{x} - \mathbf{w}\|_2
"""

CASES = [
    # precedence and implicit multiplication
    ("power before minus", r"-x^2 = -(x \cdot x)", TRUE),
    ("minus is not inside the power", r"-x^2 = (-x)^2", FALSE),
    ("product before sum", r"x + y z = x + (y z)", TRUE),
    ("a variable before parentheses is a factor", r"x(1-x) = x - x^2", TRUE),
    ("a function before parentheses is a call", r"s(x+1) = x^2 + 2x + 1", TRUE),
    ("a call is not a product", r"s(x) = s \cdot x", REFUSED),
    ("slash with two letters after it", r"x/yz = \frac{x}{yz}", REFUSED),
    ("slash and a number times a letter", r"1/2n = \frac{1}{2n}", REFUSED),
    ("slash then a dot", r"x/y \cdot z = \frac{x z}{y}", REFUSED),
    ("two slashes", r"x/y/z = \frac{x}{y z}", REFUSED),
    ("a slash before a sum", r"1/n \sum_{i=1}^{n} y_i = b", REFUSED),
    ("a plain slash", r"x/u = x u^{-1}", TRUE),
    ("products above a slash", r"x y / u = x y u^{-1}", TRUE),
    ("a slash and parentheses", r"x/(2u) = \frac{x}{2u}", TRUE),
    ("TeX takes one token", r"\frac12 x = 0.5x", TRUE),
    ("a digit after a factor", r"x 2 = 2x", REFUSED),
    ("two numbers side by side", r"2 3 = 6", REFUSED),
    ("a power of two digits without braces", r"x^23 = x^{23}", REFUSED),
    ("a power of two digits", r"x^{12} = (x^6)^2", TRUE),
    ("a decimal number", r"0.5x = \frac{x}{2}", TRUE),
    ("two signs", r"x - -y = x + y", REFUSED),
    ("plus minus", r"x \pm y = x + y", REFUSED),
    ("a double superscript", r"x^2^2 = x^4", REFUSED),
    ("a power of a power", r"{x^2}^3 = x^6", TRUE),
    ("mixed brackets", r"(x + y] = x + y", REFUSED),
    ("an open bracket", r"(x + y = x + y", REFUSED),
    ("a missing operand", r"x + = y", REFUSED),
    ("two formulas with a space", r"x = x + 0 \quad y = y + 0", REFUSED),
    ("the same on both sides", r"x = x", REFUSED),
    ("zero on both sides", r"0 \cdot x = 0 \cdot y", REFUSED),
    ("a chain is checked link by link", r"2x = x + x = 3x", FALSE),
    ("a percent sign", r"x % y = x", REFUSED),
    ("a character that is no mathematics", r"x × y = x y", REFUSED),
    # functions
    ("log x y", r"\log u v = v \log(u)", REFUSED),
    ("log of a product in parentheses", r"\log(u v) = \log(u) + \log(v)", TRUE),
    ("log x + y", r"\log u + v = v + \log(u)", TRUE),
    ("log(x)^2", r"\log(u)^2 = (\log(u))^2", REFUSED),
    ("log^2 x", r"\log^2 u = (\log(u))^2", REFUSED),
    ("log 2x", r"\log 2u = \log(2u)", REFUSED),
    ("log with a base", r"\log_2 u = u", REFUSED),
    ("sin^2 x", r"\sin^2 x + \cos^2 x = 1", TRUE),
    ("sin^{-1} x", r"\sin^{-1} x = \frac{1}{\sin(x)}", REFUSED),
    ("sin x^2", r"\sin x^2 = \sin(x^2)", TRUE),
    ("sin x cos x", r"\sin x \cos x = \frac{1}{2}\sin(2x)", REFUSED),
    ("exp of a vector", r"\exp(\mathbf{x}) = \mathbf{x}", REFUSED),
    ("log of what may be negative", r"\log(x^2) = 2\log(x)", REFUSED),
    ("square root on the positive numbers", r"\sqrt{u^2} = u", TRUE),
    ("square root on all numbers", r"\sqrt{x^2} = x", FALSE),
    ("a root of another degree", r"\sqrt[3]{u} = u^{\frac{1}{3}}", REFUSED),
    ("f^2(x)", r"f^2(x) = f(x)^2", REFUSED),
    ("f(x)^2", r"f(x)^2 = f(x) f(x)", TRUE),
    ("f x", r"f x = f(x)", REFUSED),
    ("f[x]", r"f[x] = f(x)", REFUSED),
    ("f o g (x)", r"f \circ g(x) = f(g(x))", TRUE),
    ("the order of a composition", r"f \circ g(x) = g(f(x))", FALSE),
    ("a composition without an argument", r"f \circ g = g \circ f", REFUSED),
    ("a scalar function of a vector", r"f(\mathbf{x}) = f(\mathbf{x} + \mathbf{0})", REFUSED),
    ("an entrywise function of a vector", r"\phi(\mathbf{x}) = \phi(\mathbf{x} + \mathbf{0})", TRUE),
    ("too many arguments", r"f(x, y) = f(y, x)", REFUSED),
    # primes
    ("a prime before the parentheses", r"s'(x) = 2x", TRUE),
    ("two primes", r"s''(x) = 2 + 0x", TRUE),
    ("prime as a superscript", r"s^{\prime}(x) = 2x", TRUE),
    ("a prime after the parentheses", r"s(x)' = 2x", REFUSED),
    ("a prime without an argument", r"s' = 2x", REFUSED),
    ("a prime on an undeclared variable", r"x' = x + 0", REFUSED),
    ("a prime on a function of a vector", r"h'(\mathbf{x}) = \mathbf{x}", REFUSED),
    # transposes, inverses, products of arrays
    ("the transpose of a product", r"(\mathbf{A}\mathbf{B})^{\top} = \mathbf{B}^{\top}\mathbf{A}^{\top}", TRUE),
    ("T as a transpose", r"(\mathbf{A}\mathbf{B})^T = \mathbf{B}^T\mathbf{A}^T", TRUE),
    ("the transpose binds to the last factor", r"\mathbf{A}\mathbf{B}^{\top} = \mathbf{B}^{\top}\mathbf{A}^{\top}", FALSE),
    ("the transpose of a scalar", r"x^{\top} = x + 0", REFUSED),
    ("an inverse", r"\mathbf{A}^{-1}\mathbf{A} = \mathbf{I}", TRUE),
    ("an inverse transpose", r"\mathbf{A}^{-\top} = (\mathbf{A}^{\top})^{-1}", TRUE),
    ("the inverse of a vector", r"\mathbf{x}^{-1}\mathbf{x} = 1", REFUSED),
    ("the square of a vector", r"\mathbf{x}^2 = \mathbf{x}^{\top}\mathbf{x}", REFUSED),
    ("a matrix over a matrix", r"\frac{\mathbf{A}}{\mathbf{B}} = \mathbf{A}\mathbf{B}^{-1}", REFUSED),
    ("the inverse of a product", r"(\mathbf{A}\mathbf{B})^{-1} = \mathbf{A}^{-1}\mathbf{B}^{-1}", FALSE),
    ("matrices do not commute", r"\mathbf{A}\mathbf{B} = \mathbf{B}\mathbf{A}", FALSE),
    ("a vector times a vector", r"\mathbf{x}\mathbf{w} = \mathbf{w}\mathbf{x}", REFUSED),
    ("a dot between vectors", r"\mathbf{x} \cdot \mathbf{w} = \mathbf{x}^{\top}\mathbf{w}", REFUSED),
    ("a cross between vectors", r"\mathbf{x} \times \mathbf{w} = \mathbf{0}", REFUSED),
    ("an entrywise product", r"\mathbf{x} \odot \mathbf{w} = \operatorname{diag}(\mathbf{x})\mathbf{w}", TRUE),
    ("an entrywise product beside another", r"\mathbf{A}\mathbf{x} \odot \mathbf{w} = (\mathbf{A}\mathbf{x}) \odot \mathbf{w}", REFUSED),
    ("an entrywise product of a product", r"\mathbf{A}\mathbf{B} \odot \mathbf{A} = (\mathbf{A}\mathbf{B}) \odot \mathbf{A}", REFUSED),
    ("an inner product", r"\langle \mathbf{x}, \mathbf{w} \rangle = \mathbf{w}^{\top}\mathbf{x}", TRUE),
    ("an inner product of unequal vectors", r"\langle \mathbf{x}, \mathbf{y} \rangle = 1", REFUSED),
    ("a scalar added to a vector", r"\mathbf{y} + b = b + \mathbf{y}", REFUSED),
    ("a scalar times ones", r"\mathbf{y} + b\mathbf{1} = b\mathbf{1} + \mathbf{y}", TRUE),
    ("a row added to a column", r"\mathbf{x} + \mathbf{x}^{\top} = 2\mathbf{x}", REFUSED),
    ("a vector equal to zero", r"\mathbf{x} - \mathbf{x} = 0", REFUSED),
    ("a vector equal to the zero vector", r"\mathbf{x} - \mathbf{x} = \mathbf{0}", TRUE),
    ("diag of a matrix", r"\operatorname{diag}(\mathbf{A}) = \mathbf{x}", REFUSED),
    ("det without parentheses", r"\det \mathbf{A} = \det(\mathbf{A}^{\top})", REFUSED),
    ("det of a product", r"\det(\mathbf{A}\mathbf{B}) = \det(\mathbf{A})\det(\mathbf{B})", TRUE),
    ("tr of a product", r"\operatorname{tr}(\mathbf{A}\mathbf{B}) = \operatorname{tr}(\mathbf{B}\mathbf{A})", TRUE),
    # norms and bars
    ("the norm of a matrix without its kind", r"\|\mathbf{X}\|^2 = \|\mathbf{X}\|_F^2", REFUSED),
    ("the norm of a vector", r"\|\mathbf{x}\|^2 = \mathbf{x}^{\top}\mathbf{x}", TRUE),
    ("a Frobenius norm of a vector", r"\|\mathbf{x}\|_F^2 = \mathbf{x}^{\top}\mathbf{x}", REFUSED),
    ("the kinds of norms differ", r"\|\mathbf{x}\|_1 = \|\mathbf{x}\|_2", FALSE),
    ("the spectral norm is not Frobenius", r"\|\mathbf{A}\|_2 = \|\mathbf{A}\|_F", FALSE),
    ("the norm of a scalar", r"\|x\| = |x|", REFUSED),
    ("an undeclared kind", r"\|\mathbf{x}\|_* = 1", REFUSED),
    ("bars around a matrix", r"|\mathbf{A}| = \det(\mathbf{A})", REFUSED),
    ("bars around a set", r"|I| = m", TRUE),
    ("bars that pair in two ways", r"|x|y|z| = |x| y |z|", REFUSED),
    ("bars in place of a norm", r"||\mathbf{x}||_2^2 = \mathbf{x}^{\top}\mathbf{x}", REFUSED),
    ("a vector in parentheses", r"\mathbf{x} = (x_1, \ldots, x_d)^{\top}", REFUSED),
    ("a vector in brackets", r"\mathbf{x} = [x_1, \ldots, x_d]^{\top}", TRUE),
    ("two absolute values", r"|x||y| = |x y|", TRUE),
    ("sized bars", r"\left|x\right| y \left|z\right| = y \left|x z\right|", TRUE),
    # sums, products, indices
    ("the scope of a sum ends at plus", r"\sum_{i=1}^{n} y_i + b = b + \sum_{i=1}^{n} y_i", TRUE),
    ("a sum does not reach over plus", r"\sum_{i=1}^{n} y_i + b = \sum_{i=1}^{n} (y_i + b)", FALSE),
    ("a sum takes the whole term", r"\sum_{i=1}^{n} y_i b = b \sum_{i=1}^{n} y_i", TRUE),
    ("a product's scope", r"\prod_{i=1}^{n} y_i b = b \prod_{i=1}^{n} y_i", REFUSED),
    ("a product with parentheses", r"\prod_{i=1}^{n} (y_i b) = b^n \prod_{i=1}^{n} y_i", TRUE),
    ("a sum without bounds", r"\sum_j y_j = b", REFUSED),
    ("a sum over a declared index", r"\sum_i y_i = \sum_{j=1}^{n} y_j", TRUE),
    ("a sum with an upper bound alone", r"\sum_i^n y_i = b", REFUSED),
    ("a sum without an upper bound", r"\sum_{i=1} y_i = b", REFUSED),
    ("a sum without its upper bound", r"\sum_{i=1} y_i = b", REFUSED),
    ("an index that hides a dimension", r"\sum_{n=1}^{d} x_n = b", REFUSED),
    ("an index that hides a variable", r"\sum_{x=1}^{d} w_x = b", REFUSED),
    ("one index twice", r"\sum_{i=1}^{n} \sum_{i=1}^{n} y_i = b", REFUSED),
    ("an index out of its sum", r"\sum_{i=1}^{n} y_i + y_i = b", REFUSED),
    ("an index beyond the end", r"\sum_{j=1}^{n} x_j = b", REFUSED),
    ("an index zero", r"x_0 = x_1", REFUSED),
    ("a declared index, bound and free", r"\sum_{l=1}^{2} x_l + x_l = b", REFUSED),
    ("an endless sum", r"\sum_{i=1}^{10^{12}} i = b", REFUSED),
    ("an index that is no number", r"x_{e^{999}} = b", REFUSED),
    ("a sum that does not depend on its index", r"\sum_{i=1}^{n} b = n b", REFUSED),
    ("a sum over a set", r"\sum_{i \in I} (y_i + b) = \sum_{i \in I} y_i + m b", TRUE),
    ("two letters in an index", r"x_{ij} = x_{ji}", REFUSED),
    ("the entries of a matrix", r"\sum_{i=1}^{d} A_{ii} = \operatorname{tr}(\mathbf{A})", TRUE),
    ("entries do not commute", r"\sum_{i=1}^{d} A_{i1} = \sum_{i=1}^{d} A_{1i}", FALSE),
    ("a row of a matrix is a column vector", r"\sum_{i=1}^{n} \mathbf{x}_i \mathbf{x}_i^{\top} = \mathbf{X}^{\top}\mathbf{X}", TRUE),
    ("a number as a family member", r"\mathbf{W}^{(l)} = \mathbf{W}^{(l+1)}", FALSE),
    ("a family beyond its range", r"\mathbf{W}^{(4)} = \mathbf{W}^{(1)}", REFUSED),
    ("a family without its index", r"\mathbf{W} = \mathbf{W}^{(1)}", REFUSED),
    ("a layer and a power", r"\mathbf{W}^{(l)}\mathbf{W}^{(l)} = (\mathbf{W}^{(l)})^2", TRUE),
    ("a layer's transpose in one superscript", r"\mathbf{W}^{(l)\top} = (\mathbf{W}^{(l)})^{\top}", TRUE),
    ("a bare superscript is a power", r"\mathbf{A}^{2} = \mathbf{A}\mathbf{A}", TRUE),
    ("a star that is not declared", r"\mathbf{w}^{*} = \mathbf{w}", REFUSED),
    # dots
    ("dots in a sum", r"x_1 + x_2 + \cdots + x_d = \sum_{j=1}^{d} x_j", TRUE),
    ("dots that show another step", r"y_1 + y_3 + \cdots + y_n = \sum_{i=1}^{n} y_i", FALSE),
    ("dots that miss their end", r"y_1 + y_3 + \cdots + y_4 = b", REFUSED),
    ("dots between different forms", r"x_1 + 2x_2 + \cdots + x_d = b", REFUSED),
    ("dots without an end", r"x_1 + x_2 + \cdots = b", REFUSED),
    ("dots between unequal steps", r"x_1 w_1 + x_2 w_3 + \cdots + x_d w_d = b", REFUSED),
    ("dots going down", r"\mathbf{W}^{(3)} \cdots \mathbf{W}^{(1)} = \mathbf{W}^{(3)}\mathbf{W}^{(2)}\mathbf{W}^{(1)}", TRUE),
    # derivatives
    ("nabla without a subscript", r"\nabla h(\mathbf{x}) = \nabla_{\mathbf{x}} h(\mathbf{x})", TRUE),
    ("nabla of two factors", r"\nabla_{\mathbf{x}} \mathbf{A}\mathbf{x} = \mathbf{A}^{\top}", REFUSED),
    ("nabla of a group", r"\nabla_{\mathbf{x}} (\mathbf{A}\mathbf{x}) = \mathbf{A}^{\top}", TRUE),
    ("nabla and its transpose", r"\nabla_{\mathbf{x}} h(\mathbf{x})^{\top} \mathbf{w} = b", REFUSED),
    ("nabla of a composition", r"\nabla_{\mathbf{x}} h(\mathbf{A}\mathbf{x}) = \mathbf{x}", REFUSED),
    ("nabla at an argument", r"\nabla h(\mathbf{A}\mathbf{x}) = \nabla h(\mathbf{x})", FALSE),
    ("nabla of the whole composition", r"\nabla_{\mathbf{x}} (h(\mathbf{A}\mathbf{x})) = \mathbf{A}^{\top}\nabla h(\mathbf{A}\mathbf{x})", TRUE),
    ("two arguments need a subscript", r"\nabla r(\mathbf{w}, b) = 2b\mathbf{w}", REFUSED),
    ("the formal parameter, evaluated elsewhere", r"\nabla_{\mathbf{w}} r(\mathbf{a}, b) = 2b\mathbf{a}", TRUE),
    ("nabla is not partial", r"\nabla_{\mathbf{x}} (\mathbf{A}\mathbf{x}) = \frac{\partial (\mathbf{A}\mathbf{x})}{\partial \mathbf{x}}", FALSE),
    ("partial is the Jacobian", r"\frac{\partial (\mathbf{X}\mathbf{x})}{\partial \mathbf{x}} = \mathbf{X}", TRUE),
    ("partial of a scalar is a row", r"\frac{\partial h(\mathbf{x})}{\partial \mathbf{x}} = \nabla h(\mathbf{x})", REFUSED),
    ("partial plus a column", r"\frac{\partial h(\mathbf{w})}{\partial \mathbf{w}} + \mathbf{w} = \mathbf{w}", REFUSED),
    ("partial by a matrix", r"\frac{\partial \|\mathbf{X}\|_F^2}{\partial \mathbf{X}} = 2\mathbf{X}", REFUSED),
    ("d over d", r"\frac{d f(x)}{d x} = f'(x)", REFUSED),
    ("an upright d", r"\frac{\mathrm{d} f(x)}{\mathrm{d} x} = f'(x)", TRUE),
    ("a derivative in one line", r"\partial_x s(x) = 2x", TRUE),
    ("its layout is not said", r"\partial_{\mathbf{x}} h(\mathbf{x}) = \nabla h(\mathbf{x})", REFUSED),
    ("a derivative in one line before two factors", r"\partial_x x s(x) = 3 x^2", REFUSED),
    ("a derivative in one line and another", r"\partial_x f(x) \partial_x g(x) = f'(x) g'(x)", REFUSED),
    ("a constant before what is differentiated", r"\nabla_{\mathbf{x}} \frac{1}{2} \|\mathbf{x}\|_2^2 = \mathbf{x}", TRUE),
    ("a constant and two factors", r"\nabla_{\mathbf{x}} \frac{1}{2} \mathbf{x}^{\top} \mathbf{x} = \mathbf{x}", REFUSED),
    ("a second derivative in one line", r"\partial_x^2 s(x) = 2", REFUSED),
    ("a derivative with a slash", r"\partial f(x) / \partial x = f'(x)", REFUSED),
    ("a second derivative", r"\frac{\partial^2 s(x)}{\partial x^2} = 2", REFUSED),
    ("the derivative of a sum", r"\frac{\partial x + y}{\partial x} = 1", REFUSED),
    ("a derivative by a number", r"\frac{\partial x}{\partial 2} = 1", REFUSED),
    ("a derivative by a dimension", r"\nabla_{n} (n x) = x", REFUSED),
    ("a derivative by what does not occur", r"\nabla_{\mathbf{w}} h(\mathbf{x}) = \mathbf{0}", REFUSED),
    ("a gradient that is zero for want of its variable", r"\nabla_{\mathbf{w}} h(\mathbf{x}) = \mathbf{w} - \mathbf{w}", REFUSED),
    ("a mixed second derivative", r"\frac{\partial}{\partial x} \left( \frac{\partial}{\partial y} (f(x) f(y)) \right) = f'(x) f'(y)", TRUE),
    # cases, randomness, optima, limits, approximations
    ("random outside of a mean", r"\varepsilon = 0", REFUSED),
    ("the mean of what is not random", r"\mathbb{E}[x] = x", REFUSED),
    ("a mean of two factors", r"\mathbb{E}\, \varepsilon x = 0", REFUSED),
    ("a mean squared", r"\mathbb{E}[\varepsilon]^2 = 0", REFUSED),
    ("a variance", r"\operatorname{Var}(\varepsilon) = p^2", TRUE),
    ("E without its blackboard", r"E[\varepsilon^2] = p^2", TRUE),
    ("E in bold", r"\mathbf{E}_\varepsilon[\varepsilon^2] = p^2", TRUE),
    ("E before parentheses", r"E(\varepsilon^2) = p^2", REFUSED),
    ("the law of the table", r"\mathbb{E}_{\mathbf{z} \sim \mathcal{N}(0, 1)}[z_1^2] = 1", TRUE),
    ("another law than the table's", r"\mathbb{E}_{\mathbf{z} \sim \mathcal{N}(0, 4)}[z_1^2] = 1", REFUSED),
    ("a normal law of what has another", r"\mathbb{E}_{\varepsilon \sim \mathcal{N}(0, 1)}[\varepsilon^2] = p^2", REFUSED),
    ("a law that is a name of the page", r"\mathbb{E}_{\varepsilon \sim p}[\varepsilon^2] = p^2", REFUSED),
    ("a law that is a word", r"\mathbb{E}_{\varepsilon \sim \mathcal{D}}[\varepsilon^2] = p^2", TRUE),
    ("an approximation without its order", r"\log(1+u) \approx u", REFUSED),
    ("a limit as an identity", r"\lim_{\lambda \to \infty} \frac{x}{\lambda} = 0", REFUSED),
    ("an optimum as an identity", r"\min_{x} s(x) = 0", REFUSED),
    ("max of one thing", r"\max(x) = x", REFUSED),
    ("max of two", r"\max(x, y) + \min(x, y) = x + y", TRUE),
    ("an inequality that holds", r"2 x y \le x^2 + y^2", TRUE),
    ("an inequality that does not", r"x \le y", FALSE),
    ("an undeclared name", r"q = q + 0", REFUSED),
    ("a bold letter is another name", r"\mathbf{v} = v", REFUSED),
    ("unequal shapes", r"\mathbf{x} = \mathbf{y}", REFUSED),
    # comparisons that are one or zero
    ("a comparison of indices", r"\sum_{j=1}^{n} [j = i] y_j = y_i", TRUE),
    ("a delta of two indices", r"\sum_{j=1}^{n} \delta_{ij} y_j = y_i", TRUE),
    ("a delta of an index and the next", r"\sum_{j=1}^{n} \delta_{i,j+1} y_j = y_i", FALSE),
    ("a delta of one index", r"\delta_i = [i = 1]", REFUSED),
    ("a delta of three indices", r"\delta_{ijl} = [i = 1]", REFUSED),
    ("a delta is symmetric", r"\delta_{ic} = [c = i]", TRUE),
    ("a comparison of drawn whole numbers", r"[c < k] + [c = k] + [c > k] = 1", TRUE),
    ("a comparison of real numbers", r"[x = y] = 0", REFUSED),
    ("an order of real numbers", r"[x > 0] = 1 - [x \le 0]", REFUSED),
    ("a comparison of an expression that is not whole", r"[c = k + \frac{1}{2}] = 0", REFUSED),
    ("a comparison of a vector", r"[\mathbf{c} = 1] = 1", REFUSED),
    ("a comparison without brackets", r"c = k + [c = k", REFUSED),
    ("a comparison in parentheses", r"(c = k) = 1", REFUSED),
    ("a membership in brackets", r"[i \in I] = 1", REFUSED),
    ("an assignment in brackets", r"[c \to k] = 1", REFUSED),
    ("two comparisons in brackets", r"[c = k, k = c] = 1", REFUSED),
    ("a double comparison", r"[1 \le c \le 5] = 1 + 0c", TRUE),
    ("a double comparison needs both", r"[2 \le c \le 4] = [c \ge 2] \cdot [c \le 4]", TRUE),
    ("the derivative of a comparison", r"\frac{\partial ([c = k])}{\partial c} = 0", REFUSED),
    ("a product that begins with brackets", r"2 [c = c] = 1 + [k = k]", TRUE),
    ("a mean of comparisons", r"\sum_{i=1}^{n} [c_i \ne 1] = n - \sum_{i=1}^{n} [c_i = 1]", TRUE),
    # largest and smallest entries
    ("the largest entry", r"\max_j x_j = -\min_j (-x_j)", TRUE),
    ("the largest entry ends at plus", r"\max_j x_j + b = \max_j (x_j + b)", TRUE),
    ("the largest entry and a factor", r"\max_j x_j u = u \max_j x_j", REFUSED),
    ("the largest of multiples", r"\max_j (u x_j) = u \max_j x_j", TRUE),
    ("the largest of negative multiples", r"\max_j (-u x_j) = -u \max_j x_j", FALSE),
    ("the largest, over bounds", r"\max_{1 \le j \le d} x_j = \max_j x_j", TRUE),
    ("the largest but the last", r"\max_{1 \le j \le d-1} x_j = \max_j x_j", FALSE),
    ("bounds that are strict", r"\max_{0 < j \le d} x_j = \max_j x_j", REFUSED),
    ("a lower bound alone", r"\max_{i \ge 1} y_i = \max_i y_i", REFUSED),
    ("the largest of unequal vectors", r"\max_j (x_j + y_j) = b", REFUSED),
    ("the largest of neighbours", r"\max_j (x_{j+1} - x_j) = b", REFUSED),
    ("the largest over an index in use", r"\sum_{j=1}^{d} \max_j x_j = b", REFUSED),
    ("the gradient of the largest", r"\nabla_{\mathbf{x}} (\max_j x_j + \min_j x_j) = -\nabla_{\mathbf{x}} (\max_j (-x_j) + \min_j (-x_j))", TRUE),
    ("the gradient where two are largest", r"\nabla_{\mathbf{x}} (\max_j |x_j - \max_l x_l|) = \mathbf{x}", FALSE),
    ("the slope at a tie", r"\nabla_{\mathbf{e}} (\max_j e_j) = \mathbf{x}", REFUSED),
    ("a largest entry without an index", r"\max x_j = b", REFUSED),
    # known functions, entry by entry
    ("erf of a number", r"\operatorname{erf}(-x) = -\operatorname{erf}(x)", TRUE),
    ("the slope of erf", r"\frac{\partial}{\partial x} \operatorname{erf}(x) = \frac{2}{\sqrt{\pi}} e^{-x^2}", TRUE),
    ("erf of a vector", r"\operatorname{erf}(\mathbf{x}) = \mathbf{x}", REFUSED),
    ("erf and two factors", r"\operatorname{erf} x y = \operatorname{erf}(x y)", REFUSED),
    ("a power of erf", r"\operatorname{erf}^2 x = \operatorname{erf}(x)", REFUSED),
    ("tanh of a vector that the table allows", r"\tanh(\mathbf{x}) = -\tanh(-\mathbf{x})", TRUE),
    ("tanh of a matrix", r"\tanh(\mathbf{A})^{\top} = \tanh(\mathbf{A}^{\top})", REFUSED),
    ("tanh of a matrix in parentheses", r"(\tanh(\mathbf{A}))^{\top} = \tanh(\mathbf{A}^{\top})", TRUE),
    ("exp of a vector that the table does not allow", r"\exp(\mathbf{x}) = \mathbf{x}", REFUSED),
    ("e to a vector", r"e^{\mathbf{x}} = \mathbf{x}", REFUSED),
    # arguments
    ("two arities", r"G(\mathbf{x}, \mathbf{x}) = G(\mathbf{x})", TRUE),
    ("two arities are two functions", r"G(\mathbf{x}, \mathbf{w}) = G(\mathbf{x}) + G(\mathbf{w})", FALSE),
    ("a third arity", r"G(\mathbf{x}, \mathbf{w}, \mathbf{x}) = b", REFUSED),
    ("a name of two arities, bare", r"\nabla G = \mathbf{x}", REFUSED),
    ("the gradient of one arity", r"\nabla_{\mathbf{x}} G(\mathbf{x}, \mathbf{w}) = \mathbf{w}", TRUE),
    ("the gradient of the other arity", r"\nabla_{\mathbf{x}} G(\mathbf{x}) = 2\mathbf{x}", TRUE),
    ("bars between arguments", r"D(\mathbf{x} \,\|\, \mathbf{w}) = D(\mathbf{w}, \mathbf{x})", TRUE),
    ("a norm as an argument", r"s(\|\mathbf{x}\|_2) = \|\mathbf{x}\|_2^2", TRUE),
    ("a multiple of a norm as an argument", r"s(x \|\mathbf{x}\|_2) = x^2 \|\mathbf{x}\|_2^2", TRUE),
    ("a norm and bars between arguments", r"D(\mathbf{x} \| \|\mathbf{w}\|_2 \mathbf{w}) = b", REFUSED),
    ("a fenced norm and bars between arguments", r"D(\mathbf{x} \| \left\|\mathbf{w}\right\|_2 \mathbf{w}) = D(\left\|\mathbf{w}\right\|_2 \mathbf{w} \| \mathbf{x})", TRUE),
    ("bars in a built-in function", r"\max(x \| y) = x", REFUSED),
    ("bars that nothing follows", r"D(\mathbf{x} \|) = b", REFUSED),
    ("bars outside of a call", r"(x \| y) = x y", REFUSED),
    # rounding
    ("down and up", r"\lfloor -x \rfloor = -\lceil x \rceil", TRUE),
    ("down and up are two things", r"\lfloor x \rfloor = \lceil x \rceil", FALSE),
    ("rounding with fences", r"\left\lfloor \frac{c}{k} \right\rfloor + 1 = \left\lceil \frac{c + 1}{k} \right\rceil", TRUE),
    ("what rounding errors leave whole", r"\lfloor \frac{3c}{3} + \frac{0.3k}{0.1} \rfloor = c + 3k", TRUE),
    ("a floor closed as a ceiling", r"\lfloor x \rceil = x", REFUSED),
    ("a floor that is not closed", r"\lfloor x = x", REFUSED),
    ("the floor of a vector", r"\lfloor \mathbf{x} \rfloor = \mathbf{x}", REFUSED),
    ("the slope of a floor", r"\frac{\partial}{\partial x} (\lfloor x \rfloor + x) = 1", REFUSED),
    ("square brackets as a floor", r"[x] = \lfloor x \rfloor", FALSE),
    # products in an index
    ("a number times a bracket in an index", r"y_{2(l-1)+1} = y_{2l-1}", TRUE),
    ("a dimension times a bracket in an index", r"y_{m(l-1)+1} = y_{1 + (l-1) \cdot 3}", REFUSED),
    ("a dimension times an index", r"y_{m \cdot l - m + 1} = y_{3l - 2}", TRUE),
    ("a dimension beside an index", r"y_{ml - 2} = y_{3l - 2}", REFUSED),
    ("a number and two letters in an index", r"y_{2lm} = b", REFUSED),
    ("a variable times a bracket in an index", r"y_{c(l-1)+1} = b", REFUSED),
    ("a factor behind its bracket", r"y_{(l-1)m+1} = b", REFUSED),
    ("a drawn whole number as an index", r"\sum_{j=1}^{n} [j = c] y_j = y_c", TRUE),
    # a normal law
    ("the mean of a normal number", r"\mathbb{E}[z_1] = 0 \cdot x", TRUE),
    ("the mean square of a normal vector", r"\mathbb{E}[\mathbf{z}^{\top}\mathbf{z}] = m", TRUE),
    ("the fourth moment", r"\mathbb{E}[z_1^4] = 3", TRUE),
    ("the sixth moment", r"\mathbb{E}[z_1^6] = 15", TRUE),
    ("a moment that a coarse grid has wrong", r"\mathbb{E}[z_1^2 (z_1^2 - 1)(z_1^2 - 3)] = 0x", FALSE),
    ("independent of one another", r"\mathbb{E}[(z_1 z_2)^2] = \mathbb{E}[z_1^2] \cdot \mathbb{E}[z_2^2]", TRUE),
    ("the variance of one", r"\operatorname{Var}(x z_1) = x^2", TRUE),
    ("an exponential moment", r"\mathbb{E}[e^{z_1}] = e^{\frac{1}{2}}", TRUE),
    ("normal and two-point together", r"\mathbb{E}[(\varepsilon + z_1)^2] = p^2 + 1", TRUE),
    ("over another name", r"\mathbb{E}_{\varepsilon}[z_1^2] = 1", REFUSED),
    ("a kink under a normal law", r"\mathbb{E}[|z_1|] = \sqrt{\frac{2}{\pi}}", REFUSED),
    ("a step under a normal law", r"\mathbb{E}[\lfloor z_1 \rfloor^2] = 1", REFUSED),
    ("a pole under a normal law", r"\mathbb{E}[\frac{1}{1 + z_1^2}] = \frac{2}{3}", REFUSED),
    ("normal outside of a mean", r"\mathbf{z}^{\top}\mathbf{z} = m", REFUSED),
    # permutations
    ("a permutation keeps lengths", r"\|\mathbf{P}\mathbf{x}\|_2 = \|\mathbf{x}\|_2", TRUE),
    ("a permutation is not its transpose", r"\mathbf{P} = \mathbf{P}^{\top}", FALSE),
    ("a permutation is not the identity", r"\mathbf{P}\mathbf{x} = \mathbf{x}", FALSE),
    ("a permutation undone", r"\mathbf{P}^{\top}\mathbf{P} = \mathbf{I}", TRUE),
    ("a permutation does not commute", r"\mathbf{P}\mathbf{A} = \mathbf{A}\mathbf{P}", FALSE),
    # the field's notation
    ("an entry of a product", r"(\mathbf{A}\mathbf{x})_2 = \sum_{j=1}^{d} A_{2j} x_j", TRUE),
    ("another entry of a product", r"(\mathbf{A}\mathbf{x})_2 = \sum_{j=1}^{d} A_{1j} x_j", FALSE),
    ("an entry of a matrix with one index", r"(\mathbf{A}\mathbf{B})_2 = x", REFUSED),
    ("a positive part", r"(x)_+ = \max(x, 0)", REFUSED),
    ("an upright transpose", r"(\mathbf{A}\mathbf{x})^{\mathsf T} = \mathbf{x}^\mathrm{T}\mathbf{A}^\intercal", TRUE),
    ("an upright function", r"\operatorname{max}(x, y) = -\mathrm{min}(-x, -y)", TRUE),
    ("a claim with a condition", r"|x| = x \text{ if } x \ge 0", TRUE),
    ("a claim with the wrong condition", r"|x| = x \text{ if } x \le 1", FALSE),
    ("a condition that never holds", r"|x| = x \text{ if } x^2 < 0", REFUSED),
    ("a condition and what follows it", r"|x| = x \text{ if } x > 0 \text{ and } y > 0", REFUSED),
    ("two claims, joined by or", r"|x| = x \text{ or } |x| = -x", REFUSED),
    ("for all of a range", r"y_i \le |y_i| + 1 \text{ for all } 1 \le i \le n", TRUE),
    ("for all of another range", r"y_i \le |y_i| + 1 \text{ for all } 1 \le i \le d", REFUSED),
    ("for all of an unknown", r"x \le |x| + 1 \text{ for all } \epsilon", REFUSED),
    ("the index of the largest", r"\operatorname{argmax}_j x_j = \operatorname{argmax}_j e^{x_j}", TRUE),
    ("the index of the smallest", r"\operatorname{argmax}_j x_j = \operatorname{argmin}_j x_j", FALSE),
    ("the index of one of equals", r"\operatorname{argmax}_j e_j = 1", REFUSED),
    ("a column with dots", r"\mathbf{x} = \begin{bmatrix} x_1 \\ \vdots \\ x_d \end{bmatrix}", TRUE),
    ("vertical dots in a sum", r"x_1 + \vdots + x_d = x", REFUSED),
    ("one below the other", r"\|[\mathbf{x}; \mathbf{w}]\|_2^2 = \|\mathbf{x}\|_2^2 + \|\mathbf{w}\|_2^2", TRUE),
    ("a root of a vector", r"\sqrt{\mathbf{x}} = \mathbf{x}", REFUSED),
    ("a vector over a vector", r"\frac{\mathbf{x}}{\mathbf{w}} = \mathbf{x}", REFUSED),
    ("a bias that nothing says is broadcast", r"\mathbf{X}\mathbf{x} + b = \mathbf{y}", REFUSED),
    ("equality in law", r"x \overset{d}{=} y", REFUSED),
    ("a joint law for one given something", r"G(\mathbf{x} \mid \mathbf{w}) = x", REFUSED),
    ("an expression alone", r"\mathbf{A}\mathbf{x}", REFUSED),
    ("a decimal comma", r"x = 0,5 x", REFUSED),
]  # fmt: skip


@pytest.mark.parametrize(("name", "latex", "want"), CASES, ids=[case[0] for case in CASES])
def test_a_form_is_refused_or_read_in_exactly_one_way(name, latex, want):
    result = check(Page(PAGE), latex)
    got = {"checked": TRUE, "survived": TRUE, "wrong": FALSE}.get(result.state, REFUSED)
    assert got == want, f"{name}: {result}"
    if want == REFUSED:
        assert result.message


def test_the_suite_is_large():
    assert len(CASES) >= 80
    assert sum(want == REFUSED for *_, want in CASES) >= 60


DECLARATIONS = [
    ("a dimension of one", "n = 1"),
    ("two equal dimensions", "n = 3\nd = 3"),
    ("equal widths", "d_l = 3, 4, 3"),
    ("a name declared twice", "x : R\nx : R+"),
    ("an unknown domain", "x : Q"),
    ("an unknown option", "x : R; positive"),
    ("entries that do not match", "d = 3\n\\mathbf{x} : R[d]; entries x_j, y_j"),
    ("entries of a matrix with one index", "d = 3\nn = 4\n\\mathbf{X} : R[n,d]; entries X_i"),
    ("two patterns that look alike", "d = 3\n\\mathbf{x}, \\mathbf{y} : R[d]; entries x_j, x_k"),
    ("a line that says nothing", "hello"),
    ("more domains than names", "x, y : R, R, R"),
    ("a definition of a drawn name", "x, y : R\nx = y"),
    ("a name with two superscripts", "x^2^3 : R"),
    ("whole numbers and another", "x : {1..3, 5}"),
    ("whole numbers without an end", "x : {1..}"),
    ("three dots", "x : {1..3..5}"),
    ("a normal law of what is not random", "d = 3\n\\mathbf{x} : normal[d]"),
    ("a permutation without its size", "\\mathbf{P} : permutation"),
    ("a permutation that is not square", "n = 3\nd = 4\n\\mathbf{P} : permutation[n,d]"),
    ("a known function with another meaning", "\\tanh : R -> R; code f"),
    ("a known function of vectors", "d = 3\n\\exp : R[d] -> R[d]; entrywise"),
    ("a known function as a number", "\\log : R"),
    ("a known function twice", "\\exp : R -> R; entrywise\n\\exp : R -> R; entrywise"),
    ("one function twice", "x, y : R\nf(x) : R; defined\nf(y) : R; defined"),
    ("a number and a function of one name", "x : R\nf : R\nf(x) : R; defined"),
    ("a convex number", "x : R; convex"),
    ("a convex function that code computes", "f : R -> R; convex; code f"),
    ("a Lipschitz vector", "d = 3\nL : R+\n\\mathbf{x} : R[d]; lipschitz L"),
    ("rows of a function of numbers", "f : R -> R; rowwise"),
    ("rows of a vector", "d = 3\n\\mathbf{x} : R[d]; rowwise"),
    ("a function that is broadcast", "f : R -> R; broadcast"),
    ("a uniform law of what is not random", "u : uniform(0, 1)"),
    ("a convention of a name", "x : entrywise"),
    ("a convention with an option", "^ : entrywise; random"),
    ("a convention twice", "^ : entrywise\n^, \\sqrt : entrywise"),
    ("bars that pair in two ways", "x, y : R\nf(x \\| y \\| x \\| y) : R; defined"),
]


@pytest.mark.parametrize(("name", "text"), DECLARATIONS, ids=[case[0] for case in DECLARATIONS])
def test_a_table_that_could_hide_an_error_is_refused(name, text):
    with pytest.raises(ValueError, match=r"."):
        Page(text)

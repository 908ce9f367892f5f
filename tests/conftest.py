"""What all tests share: Hypothesis gives the same examples every time, without a deadline.

`pytest --hypothesis-profile=default` looks for new ones.
"""

from hypothesis import settings

settings.load_profile("ci")

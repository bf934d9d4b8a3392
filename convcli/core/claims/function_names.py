"""Functions on a line by name, and what they are; their numbers are in `line_functions`."""

FUNCTION_NAMES = {
    "box": "1 from 0 to 1",
    "triangle": "1 - |t| from -1 to 1",
    "exponential": "e^-t from 0 on",
    "gaussian": "a bell of standard deviation 1/2",
}

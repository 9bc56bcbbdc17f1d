"""Does a test notice? A small change is made in a rule, and the tests of that rule must fail.

A kept tool would be better. mutmut 3.8 leaves every decorated function alone, so no property and no service would be
tried; cosmic-ray drops no call and no return value, and starts pytest anew for each change. Here a change is put into
the running program, in a process forked from one that has imported everything and made the tests' databases.
"""

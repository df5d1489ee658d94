# Home Assistant installs its own validation engine under this name; to a type checker it says so here.
from probatio import *

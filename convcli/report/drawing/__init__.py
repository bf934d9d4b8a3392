"""Drawing: the tools that pictures, sheets and films are made with."""

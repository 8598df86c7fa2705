"""The command `report`: lists, traces, a matrix, and exports."""

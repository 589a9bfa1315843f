"""What our programs say of their own use.  A leaf, shared with the RCU.

In: a program's own argparse tree, and the words that it adds.  Out: manual pages,
completion for bash, zsh and fish, and where what came along lies on this machine.
Never what a program does.
"""
